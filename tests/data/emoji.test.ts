import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NdArray } from "../../lib/array";
import {
  type EmojiDataset,
  type EmojiOptions,
  type EmojiSamples,
  emoji,
  describe as summary,
} from "../../lib/data";
import { projectRoot } from "../../lib/files/project";
import { sha256 } from "../../lib/files/sha256";

const cacheFolder = mkdtempSync(join(tmpdir(), "emoji cache "));
afterAll(() => rmSync(cacheFolder, { recursive: true }));
const record = JSON.parse(readFileSync(join(projectRoot(), "datasets", "emoji.json"), "utf8"));

const progress: number[] = [];
let lines: string[] = [];
const load = (options: EmojiOptions = {}) =>
  emoji({ cacheFolder, log: (line) => lines.push(line), ...options });
let data: EmojiDataset;
beforeAll(async () => {
  data = await load({ onProgress: (done) => progress.push(done) });
});

const digest = ({ x: { data: pixels } }: EmojiSamples) =>
  sha256(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));

/** The mean squared error of two images. */
function error(a: NdArray, i: number, b: NdArray, j: number): number {
  const size = a.data.length / a.shape[0];
  let sum = 0;
  for (let k = 0; k < size; k++) sum += (a.data[i * size + k] - b.data[j * size + k]) ** 2 / size;
  return sum;
}

const both = (set: EmojiDataset): readonly EmojiSamples[] => [set.train, set.test];
const count = (values: Iterable<unknown>) => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[`${value}`] = (counts[`${value}`] ?? 0) + 1;
  return counts;
};

describe("emoji", () => {
  test("has the pictures that its record counts, in either label", () => {
    const pictures = data.train.names.length + data.test.names.length;
    expect(pictures).toBe(record.counts.pictures);
    expect(new Set(both(data).flatMap(({ names }) => names)).size).toBe(record.counts.names);
    expect(
      count(both(data).flatMap(({ categories }) => [...categories].map((k) => data.categories[k]))),
    ).toEqual(record.counts.byCategory);
    expect(count(both(data).flatMap(({ styles }) => [...styles].map((k) => data.styles[k])))).toEqual(
      record.counts.byStyle,
    );
    expect(progress.at(-1)).toBe(pictures);
    for (const { x, labels, categories } of both(data)) {
      expect(x.shape.slice(1)).toEqual([32, 32, 3]);
      expect(labels).toEqual(categories);
    }
    expect(data.classes).toEqual(data.categories);
  });

  test("draws every picture: all differ from blank white, within [-1, 1]", () => {
    for (const { x, names } of both(data)) {
      const pixels = 32 * 32 * 3;
      names.forEach((name, i) => {
        let [low, high, inked] = [1, -1, 0];
        for (let p = i * pixels; p < (i + 1) * pixels; p++) {
          low = Math.min(low, x.data[p]);
          high = Math.max(high, x.data[p]);
          if (x.data[p] < 0.99) inked++;
        }
        // The faintest are white squares and clouds, drawn in light grey.
        if (!(low >= -1 && high <= 1 && low < 0.9 && inked > 30)) expect.fail(`${name}: ${low} ${inked}`);
      });
    }
  });

  test("is split by name: no name, and no picture, is in both splits", () => {
    const held = new Set(data.test.names);
    expect(data.train.names.filter((name) => held.has(name))).toEqual([]);
    const hashes = ({ x: { data: pixels }, names }: EmojiSamples) =>
      names.map((_, i) => sha256(new Uint8Array(pixels.buffer, i * 3072 * 4, 3072 * 4)));
    const seen = new Set(hashes(data.train));
    expect(hashes(data.test).filter((hash) => seen.has(hash))).toEqual([]);
    expect(data.test.names.length / record.counts.pictures).toBeCloseTo(0.2, 1);
  });

  test("the split follows from the seed, whatever styles and label are asked for", async () => {
    const noto = await load({ styles: ["noto", "fluent"], label: "style" });
    expect(new Set(noto.test.names)).toEqual(
      new Set(data.test.names.filter((_, i) => [1, 2].includes(data.test.styles[i]))),
    );
    expect(noto.classes).toEqual(["twemoji", "noto", "fluent", "openmoji"]);
    expect(noto.train.labels).toEqual(noto.train.styles);
    expect(new Set(noto.train.labels)).toEqual(new Set([1, 2]));
    const other = await load({ split: { seed: 2, test: 0.5 } });
    expect(other.test.names.length / record.counts.pictures).toBeCloseTo(0.5, 1);
    expect(other.origin!.checksum).not.toBe(data.origin!.checksum);
  });

  test("a validation split takes names from training, and leaves the test split as it is", async () => {
    expect(data.validation).toBeUndefined();
    const split = await emoji({ cacheFolder, split: { validation: 0.1 } });
    expect(split.test.names).toEqual(data.test.names);
    expect(digest(split.test)).toBe(digest(data.test));
    const seen = new Set(split.train.names);
    expect(split.validation.names.filter((name) => seen.has(name))).toEqual([]);
    expect([...split.train.names, ...split.validation.names].sort()).toEqual([...data.train.names].sort());
    expect(split.validation.names.length / record.counts.pictures).toBeCloseTo(0.1, 1);
    expect(split.origin!.checksum).not.toBe(data.origin!.checksum);
    expect(summary(split)).toMatchObject({ validation: split.validation.names.length });
    await expect(load({ split: { validation: 0.8 } })).rejects.toThrow(
      /below 1 with split\.test = 0\.2.*0\.8/,
    );
    await expect(load({ split: { validation: 0 } })).rejects.toThrow(/split\.validation/);
  });

  test("drops what looks like a training image where that is asked for, in any size the same", async () => {
    const { nearDuplicates } = record.split;
    const split = { apart: nearDuplicates.apart, validation: 0.1 };
    const apart = await emoji({ cacheFolder, size: 16, split });
    expect(data.test.names.length - apart.test.names.length).toBe(nearDuplicates.test);
    // No test image that was kept is near any other, by an independent count.
    const others = [apart.train, apart.validation];
    for (let i = 0; i < apart.test.names.length; i += 100) {
      const near = others.flatMap(({ x, names }) =>
        names.filter((_, j) => error(apart.test.x, i, x, j) <= 0.01),
      );
      expect(near).toEqual([]);
    }
    const drawings = ({ names, styles }: EmojiSamples) => names.map((name, i) => `${name} ${styles[i]}`);
    const kept = new Set(drawings(apart.test));
    const dropped = drawings(data.test).filter((drawing) => !kept.has(drawing));
    expect(dropped).toContain("two-thirty 0");
    expect(dropped).toContain("full-moon 2");
    expect(summary(apart).notes).toEqual([
      expect.stringMatching(
        /^46 test and \d+ validation images within a mean squared error of 0\.01 dropped$/,
      ),
    ]);
    expect(summary(data).notes[0]).toBe(
      "46 test images look like training images: split: { apart: 0.01 } drops them",
    );
    await expect(load({ split: { apart: -1 } })).rejects.toThrow(/split\.apart/);
  });

  test("is the same at every call, in any size", async () => {
    const again = await load();
    expect(again.origin!.checksum).toBe(data.origin!.checksum);
    expect(again.test.names).toEqual(data.test.names);
    expect((await load({ size: 16 })).test.names).toEqual(data.test.names);
  });

  test.runIf(process.arch === "x64")("draws the pictures of its record, bit by bit", () => {
    expect(lines.filter((line) => line.includes("reference"))).toEqual([]);
  });

  test("a damaged cache is noticed, logged in one line, and rendered again to the same bytes", async () => {
    const before = await load({ size: 16 });
    const path = join(cacheFolder, readdirSync(cacheFolder).find((name) => name.startsWith("emoji-16-"))!);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1000] ^= 255;
    writeFileSync(path, bytes);
    lines = [];
    const restored = await load({ size: 16 });
    expect(lines).toEqual([`The cache file "${path}" is damaged; making it again.`]);
    expect(restored.origin!.checksum).toBe(before.origin!.checksum);
  });

  test("refuses what it doesn't have", async () => {
    await expect(load({ size: 48 as never })).rejects.toThrow(/one of 16, 32, 64 as size.*"48"/);
    await expect(load({ label: "styles" as never })).rejects.toThrow(
      /category, style as label.*Did you mean "style"/,
    );
    await expect(load({ styles: ["notto" as never] })).rejects.toThrow(/Did you mean "noto"/);
    await expect(load({ split: { test: 1 } })).rejects.toThrow(/fraction between 0 and 1 as split.test.*1/);
  });
});
