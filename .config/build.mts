/**
 * Builds the package: `npm run build` writes dist/esm and dist/cjs (or into the folder given), module by
 * module, with types and source maps. The notebooks' kernel, the reports and the commands but `interpolants`
 * are not part of it.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { rolldown } from "rolldown";

const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "..");
const dist = resolve(root, process.argv[2] ?? "dist");
const types = join(dist, "types");

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
// "." is lib/index.ts, "./couplings" lib/couplings/index.ts, "./random" lib/random.ts.
const entries = Object.keys(manifest.exports)
  .filter((name) => name !== "./package.json")
  .map((name) => {
    const path = name === "." ? "index" : name.slice(2);
    return existsSync(join(root, "lib", `${path}.ts`)) ? `lib/${path}.ts` : `lib/${path}/index.ts`;
  });
/** Programs that run in processes of their own. */
const programs = ["lib/experiments/cost-process.ts"];
/** The command line, which nobody imports: it has no types. */
const commands = ["lib/cli/interpolants.ts"];

const kinds = {
  esm: { format: "esm", js: ".mjs", d: ".d.mts" },
  cjs: { format: "cjs", js: ".cjs", d: ".d.cts" },
} as const;

/** ES modules don't know where they are as CommonJS ones do. */
const here = [
  'import { fileURLToPath as pathOf } from "node:url";',
  'import { dirname as folderOf } from "node:path";',
  "const __filename = pathOf(import.meta.url);",
  "const __dirname = folderOf(__filename);",
].join(" ");

const asksWhereItIs = (path: string) => /\b__(?:dir|file)name\b/.test(readFileSync(path, "utf8"));

async function buildCode(kind: keyof typeof kinds): Promise<void> {
  const { format, js } = kinds[kind];
  const bundle = await rolldown({
    cwd: root,
    input: [...entries, ...programs, ...commands],
    platform: "node",
    external: (id) => !/^[./]/.test(id) && !id.startsWith(join(root, "lib")),
    tsconfig: join(root, "tsconfig.json"),
    transform: { target: "node20.19" },
  });
  await bundle.write({
    dir: join(dist, kind),
    format,
    exports: "named",
    preserveModules: true,
    preserveModulesRoot: join(root, "lib"),
    entryFileNames: `[name]${js}`,
    chunkFileNames: `[name]${js}`,
    sourcemap: true,
    banner: ({ moduleIds }) => (kind === "esm" && moduleIds.some(asksWhereItIs) ? here : ""),
  });
  await bundle.close();
}

/** Declarations of both kinds, as far as a room leads to them, whose imports name files. */
function buildTypes(): void {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const settings = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly"];
  const files = entries.map((file) => join(root, file));
  const places = ["--rootDir", join(root, "lib"), "--outDir", types];
  const language = ["--target", "ES2022", "--lib", "ES2023,DOM,DOM.Iterable", "--strict", "--types", "node"];
  const modules = ["--module", "ESNext", "--moduleResolution", "Bundler", "--esModuleInterop"];
  const args = [tsc, ...settings, "--skipLibCheck", ...places, ...language, ...modules, ...files];
  execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  const start = entries.map((file) => join(types, file.replace(/^lib\/(.*)\.ts$/, "$1.d.ts")));
  for (const [path, text] of reachable(start)) {
    for (const [kind, { js, d }] of Object.entries(kinds)) {
      const target = join(dist, kind, relative(types, path)).replace(/\.d\.ts$/, d);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, withFiles(text, path, js));
    }
  }
  rmSync(types, { recursive: true });
}

const relativeImport = /(from |import\()"(\.{1,2}(?:\/[^"]*)?)"/g;

/**
 * The declaration, without its ending, that a relative import in the declaration at `path` leads to; none for
 * an import that is only an example in a comment.
 */
function declarationOf(to: string, path: string): string | undefined {
  const target = resolve(dirname(path), to);
  return [target, join(target, "index")].find((file) => existsSync(`${file}.d.ts`));
}

/** The texts of these declarations, and of all that they import. */
function reachable(paths: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const visit = (path: string): void => {
    if (texts.has(path)) return;
    const text = readFileSync(path, "utf8");
    texts.set(path, text);
    for (const [, , to] of text.matchAll(relativeImport)) {
      const file = declarationOf(to, path);
      if (file !== undefined) visit(`${file}.d.ts`);
    }
  };
  for (const path of paths) visit(path);
  return texts;
}

/** The text of a declaration, with each relative import leading to a file. */
function withFiles(text: string, path: string, ending: string): string {
  return text.replace(relativeImport, (whole, before: string, to: string) => {
    const file = declarationOf(to, path);
    if (file === undefined) return whole;
    const short = relative(dirname(path), file).split(sep).join("/");
    return `${before}"${short.startsWith(".") ? short : `./${short}`}${ending}"`;
  });
}

rmSync(dist, { recursive: true, force: true });
for (const kind of ["esm", "cjs"] as const) await buildCode(kind);
buildTypes();
