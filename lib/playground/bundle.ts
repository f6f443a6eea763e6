import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { optionalPackage } from "../files/project";
import { pack } from "./packing/packed";
import { toSevenBit } from "./packing/seven-bit";

/** What a page with live figures needs besides its figures. */
export interface Runtime {
  /** The script of the page. */
  readonly script: string;
  /** The style sheet of live figures. */
  readonly style: string;
  /** The worker's script and tfjs's WebAssembly, as `toSevenBit` of `pack` makes texts of them. */
  readonly worker: string;
  readonly wasm: string;
}

let made: Promise<Runtime> | undefined;

/**
 * Bundles the runtime of live figures, once: the same source as everywhere in the library, but for files with
 * a sibling `*.browser.ts`, which stands in for them.
 * @throws an error that says how to install esbuild, where it is missing.
 */
export function playgroundRuntime(): Promise<Runtime> {
  made ??= bundle();
  return made;
}

async function bundle(): Promise<Runtime> {
  const { build } = await optionalPackage("esbuild", "live figures", () => import("esbuild"));
  const require = createRequire(__filename);
  const lib = dirname(__dirname);
  const bundled = async (entry: string) => {
    const { outputFiles } = await build({
      entryPoints: [join(__dirname, entry)],
      bundle: true,
      write: false,
      format: "iife",
      platform: "browser",
      target: "es2022",
      minify: true,
      charset: "ascii",
      legalComments: "none",
      logLevel: "error",
      define: { "process.env.NODE_ENV": '"production"' },
      plugins: [
        {
          name: "browser-siblings",
          setup({ onResolve, onLoad }) {
            // Of use only to pages whose threads share memory, which pages from a file can't have.
            onResolve({ filter: /threaded-simd/ }, ({ path }) => ({ path, namespace: "none" }));
            onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {};" }));
            onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
              if (!resolveDir.startsWith(lib)) return undefined;
              const sibling = `${join(resolveDir, path)}.browser.ts`;
              return existsSync(sibling) ? { path: sibling } : undefined;
            });
          },
        },
      ],
    });
    return outputFiles[0].text;
  };
  const folder = dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  const wasm = readFileSync(join(folder, "wasm-out", "tfjs-backend-wasm-simd.wasm"));
  const [script, worker] = await Promise.all([bundled("page/main.ts"), bundled("worker/main.ts")]);
  return Object.freeze({
    script,
    style: readFileSync(join(__dirname, "playground.css"), "utf8").trim(),
    worker: toSevenBit(await pack(new TextEncoder().encode(worker))),
    wasm: toSevenBit(await pack(wasm)),
  });
}
