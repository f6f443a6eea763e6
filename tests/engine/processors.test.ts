import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";

/** QEMU (Debian: qemu-user) emulates another processor for one program. */
const has = (qemu: string) => process.platform === "linux" && spawnSync(qemu, ["--version"]).status === 0;
/** What arm64.sh makes. */
const root = process.env.ARM64_ROOT ?? "";

interface Processor {
  readonly title: string;
  readonly there: boolean;
  /** The command that runs Node on it. */
  readonly node: readonly string[];
  readonly block: number;
  readonly weight: number;
}

const processors: readonly Processor[] = [
  {
    title: "a processor with AVX2 only",
    there: has("qemu-x86_64"),
    node: ["qemu-x86_64", "-cpu", "Haswell-noTSX", process.execPath],
    block: 8,
    weight: 63,
  },
  {
    title: "a processor of arm64",
    there: root !== "" && has("qemu-aarch64"),
    node: ["qemu-aarch64", "-L", root, join(root, "node")],
    block: 0,
    weight: 127,
  },
];
for (const { title, there } of processors) {
  if (!there) console.log(`QEMU or what it needs (arm64.sh) isn't here: ${title} is left untested.`);
}

interface Found {
  /** Channels in one block of a convolution. */
  readonly block: number;
  /** The largest weight in int8. */
  readonly weight: number;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

function runOn([command, ...args]: readonly string[]): Found {
  const find = createRequire(__filename);
  const tsx = `${pathToFileURL(find.resolve("tsx"))}`;
  // The emulated program runs this machine's esbuild.
  const esbuild = `@esbuild/${process.platform}-${process.arch}/bin/esbuild`;
  const env = {
    ...process.env,
    ...{ ENGINE: "onnx", ENGINE_CACHE: "off", ENGINE_THREADS: "1" },
    ESBUILD_BINARY_PATH: find.resolve(esbuild, { paths: [find.resolve("esbuild")] }),
  };
  const all = [...args, "--import", tsx, join(__dirname, "processors.child.ts")];
  return JSON.parse(execFileSync(command, all, { env, encoding: "utf8", maxBuffer: 2 ** 28 }));
}

const away = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((value, i) => value - b[i])) / Math.hypot(...b);

const minutes = 60_000;
let here: Found | undefined;

describe.each(processors)("$title", ({ there, node, block, weight }) => {
  test.skipIf(!there)("computes the same numbers", { timeout: 10 * minutes }, () => {
    here ??= runOn([process.execPath]);
    const emulated = runOn(node);
    expect(emulated.block).toBe(block);
    expect(emulated.weight).toBe(weight);
    expect(Object.keys(emulated.values)).toEqual(Object.keys(here.values));
    for (const name of ["loss", "one", "two", "float", "filled"]) {
      expect(away(emulated.values[name], here.values[name]), name).toBeLessThan(1e-5);
    }
    expect(away(emulated.values.int8, here.values.float)).toBeLessThan(0.03);
    expect(away(emulated.values.int8, here.values.float)).toBeGreaterThan(1e-4);
  });
});
