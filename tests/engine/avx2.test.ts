import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

/** QEMU's emulation of another processor for one program, from Debian's package qemu-user. */
const qemu = "qemu-x86_64";
const there = process.platform === "linux" && spawnSync(qemu, ["--version"]).status === 0;
if (!there) {
  console.log(`${qemu} isn't installed (Debian: qemu-user): a processor with AVX2 only is left untested.`);
}

interface Found {
  /** Channels in one block of a convolution. */
  readonly block: number;
  /** The largest weight in int8. */
  readonly weight: number;
  readonly values: Readonly<Record<string, readonly number[]>>;
}

function runOn(emulator: readonly string[]): Found {
  const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;
  const [command, ...args] = [
    ...emulator,
    process.execPath,
    "--import",
    tsx,
    join(__dirname, "avx2.child.ts"),
  ];
  const env = { ...process.env, ENGINE: "onnx", ENGINE_CACHE: "off", ENGINE_THREADS: "1" };
  return JSON.parse(execFileSync(command, args, { env, encoding: "utf8", maxBuffer: 2 ** 28 }));
}

const away = (a: readonly number[], b: readonly number[]) =>
  Math.hypot(...a.map((value, i) => value - b[i])) / Math.hypot(...b);

const minutes = 60_000;
const title = "a processor with AVX2 only takes blocks of 8, and computes the same numbers";

test.skipIf(!there)(title, { timeout: 10 * minutes }, () => {
  const here = runOn([]);
  const emulated = runOn([qemu, "-cpu", "Haswell-noTSX"]);
  expect(emulated.block).toBe(8);
  expect(emulated.weight).toBe(63);
  expect(Object.keys(emulated.values)).toEqual(Object.keys(here.values));
  for (const name of ["loss", "one", "two", "float"]) {
    expect(away(emulated.values[name], here.values[name])).toBeLessThan(1e-5);
  }
  // Its weights have a bit less.
  expect(away(emulated.values.int8, here.values.float)).toBeLessThan(0.03);
  expect(away(emulated.values.int8, here.values.float)).toBeGreaterThan(1e-4);
});
