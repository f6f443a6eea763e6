import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { afterAll, expect, it } from "vitest";
import { libraryDigest, rooms } from "../../../lib/training/store/library";
import { spreadOut } from "../../../lib/training/store/open";

const lib = mkdtempSync(join(tmpdir(), "lib "));
afterAll(() => rmSync(lib, { recursive: true }));
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(lib, path)), { recursive: true });
  writeFileSync(join(lib, path), text);
};

it("depends on the code of the rooms that draw batches, and on no other", () => {
  write("random.ts", "uniform");
  write("couplings/masks/tiles.ts", "p");
  write("figures/plot.ts", "red");
  const first = libraryDigest(lib);
  for (const [path, text] of [
    ["figures/plot.ts", "blue"],
    ["notebook/progress.ts", "new"],
    ["couplings/notes.md", "new"],
  ]) {
    write(path, text);
    expect(libraryDigest(lib), path).toBe(first);
  }
  const seen = new Set([first]);
  for (const [path, text] of [
    ["couplings/masks/tiles.ts", "q"],
    ["couplings/masks/holes.ts", "q"],
    ["random.ts", "normal"],
    ["data/moons.ts", ""],
    ["statistics/k-means.ts", "centres"],
    ["training/fit.ts", "fit"],
  ]) {
    write(path, text);
    seen.add(libraryDigest(lib));
  }
  expect(seen.size).toBe(7);
});

it("depends on the built code of these rooms, where the source isn't at hand", () => {
  const built = mkdtempSync(join(tmpdir(), "esm "));
  try {
    const writeBuilt = (path: string, text: string) => {
      mkdirSync(dirname(join(built, path)), { recursive: true });
      writeFileSync(join(built, path), text);
      return libraryDigest(built);
    };
    const seen = ["random.mjs", "training/fit.mjs", "couplings/masks/tiles.mjs"].map((path) =>
      writeBuilt(path, "1"),
    );
    expect(new Set([...seen, writeBuilt("random.mjs", "2")]).size).toBe(4);
    const last = writeBuilt("training/fit.mjs", "2");
    for (const path of ["random.d.mts", "training/fit.d.mts", "training/fit.mjs.map", "figures/plot.mjs"]) {
      expect(writeBuilt(path, "1"), path).toBe(last);
    }
  } finally {
    rmSync(built, { recursive: true });
  }
});

it("depends on all rooms that its rooms import code from, but for those that are known otherwise", () => {
  /** By a step's program, or by the checksum of the data. */
  const known = ["errors.ts", "engine", "networks", "fields", "files", "formats"];
  const source = join(__dirname, "../../../lib");
  const files = rooms.flatMap((room) =>
    statSync(join(source, room)).isFile()
      ? [join(source, room)]
      : readdirSync(join(source, room), { recursive: true, encoding: "utf8" })
          .filter((name) => name.endsWith(".ts"))
          .map((name) => join(source, room, name)),
  );
  const imported = new Set<string>();
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    for (const [, path] of text.matchAll(/^(?:import|export) (?!type )[^;]*? from "([.][^"]+)";/gm)) {
      const [room] = relative(source, join(dirname(file), path)).split(sep);
      imported.add(rooms.includes(`${room}.ts`) || room === "errors" ? `${room}.ts` : room);
    }
  }
  expect(imported.size).toBeGreaterThan(rooms.length);
  expect([...imported].filter((room) => ![...rooms, ...known].includes(room))).toEqual([]);
});

it("is that of this library, and none where there is no source", () => {
  expect(libraryDigest()).toMatch(/^[0-9a-f]{64}$/);
  expect(libraryDigest()).toBe(libraryDigest(join(__dirname, "../../../lib")));
});

it.each([1, 2, 3, 8, 100])("compares batches all over %i steps, each once", (n) => {
  const order = [...spreadOut(n)];
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, k) => k));
  // After any 2^k of them, the widest gap is about a 2^k-th of the whole.
  for (let taken = 1; taken <= n; taken *= 2) {
    const points = [...order.slice(0, taken), n].sort((a, b) => a - b);
    const gaps = points.slice(1).map((point, k) => point - points[k]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual((4 * n) / taken);
  }
});
