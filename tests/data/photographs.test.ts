import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type PhotographsDataset, photographs, describe as summary } from "../../lib/data";
import { nearDuplicates } from "../../lib/data/near-duplicates";
import { projectRoot } from "../../lib/files/project";

const datasets = join(projectRoot(), "datasets");
const source = join(datasets, "photographs");
const record = JSON.parse(readFileSync(join(datasets, "photographs.json"), "utf8"));

let data: PhotographsDataset;
beforeAll(async () => {
  data = await photographs({ size: 64 });
});

describe("photographs", () => {
  test("has the patches that its record counts, none of them flat, in [-1, 1]", () => {
    expect([data.train.x.shape, data.test.x.shape]).toEqual([
      [record.counts.train, 64, 64, 3],
      [record.counts.test, 64, 64, 3],
    ]);
    for (const { x, names } of [data.train, data.test]) {
      expect(names).toHaveLength(x.shape[0]);
      const size = 64 * 64 * 3;
      for (let i = 0; i < x.shape[0]; i++) {
        let [low, high] = [1, -1];
        for (let k = i * size; k < (i + 1) * size; k++) {
          low = Math.min(low, x.data[k]);
          high = Math.max(high, x.data[k]);
        }
        if (!(low >= -1 && high <= 1 && high - low > 0.2)) expect.fail(`${names[i]}: ${low} ${high}`);
      }
    }
  });

  test("is split by photograph, without near-duplicates across or within", () => {
    expect(new Set(data.train.names)).toEqual(new Set(record.split.train));
    expect(new Set(data.test.names)).toEqual(new Set(record.split.test));
    expect(record.split.train.filter((name: string) => record.split.test.includes(name))).toEqual([]);
    const near = nearDuplicates(data.test.x, data.train.x, { within: record.apart });
    expect(near.filter(Boolean)).toEqual([]);
  });

  test.runIf(process.arch === "x64")("has the pixels of its record", () => {
    expect(data.origin!.checksum).toBe(record.pixels);
  });

  test("at 32×32 has the means of 2×2 pixels, and keeps the first where there is a limit", async () => {
    const small = await photographs({ limit: { train: 20, test: 10 } });
    expect([small.train.x.shape, small.test.x.shape]).toEqual([
      [20, 32, 32, 3],
      [10, 32, 32, 3],
    ]);
    expect(small.test.names).toEqual(data.test.names.slice(0, 10));
    const at = (i: number, y: number, x: number, c: number) =>
      data.train.x.data[((i * 64 + y) * 64 + x) * 3 + c];
    for (const [i, y, x, c] of [
      [0, 0, 0, 0],
      [3, 7, 31, 1],
      [19, 31, 12, 2],
    ]) {
      const mean =
        (at(i, 2 * y, 2 * x, c) +
          at(i, 2 * y + 1, 2 * x, c) +
          at(i, 2 * y, 2 * x + 1, c) +
          at(i, 2 * y + 1, 2 * x + 1, c)) /
        4;
      // Rounded to 256 levels.
      expect(Math.abs(small.train.x.data[((i * 32 + y) * 32 + x) * 3 + c] - mean)).toBeLessThan(0.0041);
    }
    const { checksum, licence, ...rest } = summary(small);
    expect(rest).toMatchObject({ name: "photographs", train: 20, test: 10, shape: [32, 32, 3] });
    expect([checksum, licence]).toEqual([data.origin!.checksum, record.licence]);
  });

  test("refuses what it doesn't have", async () => {
    await expect(photographs({ size: 48 as never })).rejects.toThrow(/one of 32, 64 as size.*"48"/);
    await expect(photographs({ limit: { test: 100_000 } })).rejects.toThrow(/from 1 to \d+ as limit.*100000/);
  });

  test("names a missing or damaged file, and the command that restores it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "photographs "));
    try {
      cpSync(source, folder, { recursive: true });
      const last = join(folder, "tea-gardens.webp");
      const bytes = readFileSync(last);
      bytes[1000] ^= 1;
      writeFileSync(last, bytes);
      const restore = "To restore it: git checkout -- datasets/photographs$";
      await expect(photographs({ folder })).rejects.toThrow(
        new RegExp(`photographs file ".*tea-gardens.webp" .* but its SHA-256 is .*${restore}`),
      );
      rmSync(last);
      await expect(photographs({ folder })).rejects.toThrow(new RegExp(`but it is missing\\. ${restore}`));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
