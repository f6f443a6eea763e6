import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { firstInTurn } from "../../datasets/tools/first-in-turn";
import { fashionMnist, describe as summary } from "../../lib/data";
import { projectRoot } from "../../lib/files/project";
import { sha256 } from "../../lib/files/sha256";

const datasets = join(projectRoot(), "datasets");
const source = join(datasets, "fashion-mnist");
const record = JSON.parse(readFileSync(join(datasets, "fashion-mnist.json"), "utf8"));

describe("fashionMnist", () => {
  test("has as many images of each class, the classes in turn", async () => {
    const { train, test: held, classes } = await fashionMnist({ size: 28 });
    expect([train.x.shape, held.x.shape]).toEqual([
      [10000, 28, 28, 1],
      [5000, 28, 28, 1],
    ]);
    expect(classes).toHaveLength(10);
    expect(classes[9]).toBe("ankle boot");
    for (const { labels } of [train, held]) expect(labels!.every((label, i) => label === i % 10)).toBe(true);
  });

  test("unpacks to the content of its record, scaled to [-1, 1]", async () => {
    for (const [name, { bytes, sha256: digest }] of Object.entries<{ bytes: number; sha256: string }>(
      record.unpacked,
    )) {
      const content = brotliDecompressSync(readFileSync(join(source, `${name}.br`)));
      expect([content.length, sha256(content)]).toEqual([bytes, digest]);
    }
    const { test: held } = await fashionMnist({ limit: { train: 1, test: 20 } });
    const bytes = brotliDecompressSync(readFileSync(join(source, "t10k-images-idx3-ubyte.br"))).subarray(16);
    expect(held.x.shape).toEqual([20, 32, 32, 1]);
    for (let i = 0; i < 20; i++) {
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 32; x++) {
          const inside = y >= 2 && y < 30 && x >= 2 && x < 30;
          const byte = inside ? bytes[(i * 28 + y - 2) * 28 + x - 2] : 0;
          if (Math.abs(held.x.data[(i * 32 + y) * 32 + x] - (byte / 127.5 - 1)) > 1e-6)
            expect.fail(`${i} ${y} ${x}`);
        }
      }
    }
    let [low, high] = [1, -1];
    for (const value of held.x.data) [low, high] = [Math.min(low, value), Math.max(high, value)];
    expect([low, high]).toEqual([-1, 1]);
  });

  test("has no image in both splits", async () => {
    const { train, test: held } = await fashionMnist({ size: 28 });
    const hashes = ({ x: { data } }: typeof train) =>
      Array.from({ length: data.length / 784 }, (_, i) =>
        sha256(new Uint8Array(data.buffer, data.byteOffset + i * 784 * 4, 784 * 4)),
      );
    const seen = new Set(hashes(train));
    expect(hashes(held).filter((hash) => seen.has(hash))).toEqual([]);
  });

  test("holds out a balanced end of training for validation, and says what it is", async () => {
    const data = await fashionMnist({ validation: 1000, limit: { train: 200, test: 100 } });
    const counts = data.classes.map((_, k) => data.validation.labels!.filter((label) => label === k).length);
    expect(counts).toEqual(Array(10).fill(100));
    const { checksum, licence, ...rest } = summary(data);
    expect(rest).toMatchObject({ train: 200, validation: 1000, test: 100, shape: [32, 32, 1] });
    expect(checksum).toBe((await fashionMnist({ size: 28 })).origin!.checksum);
    expect(licence).toContain("MIT");
    expect(readFileSync(join(source, "LICENSE"), "utf8")).toMatch(/2017 Zalando SE[\s\S]*WITHOUT WARRANTY/);
    const plain = await fashionMnist({ size: 28 });
    expect(plain.validation).toBeUndefined();
  });

  test("refuses other sizes and limits", async () => {
    await expect(fashionMnist({ size: 64 as never })).rejects.toThrow(/one of 28, 32 as size.*"64"/);
    await expect(fashionMnist({ limit: { test: 5001 } })).rejects.toThrow(/from 1 to 5000 as limit.*5001/);
  });

  test("names a missing, truncated or damaged file, and the command that restores it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fashion "));
    try {
      const last = join(folder, "t10k-labels-idx1-ubyte.br");
      const failure = (what: string) =>
        expect(fashionMnist({ folder })).rejects.toThrow(
          new RegExp(
            `Fashion-MNIST file ".*t10k-labels-idx1-ubyte.br" .* but ${what}.*To restore it: ` +
              "git checkout -- datasets/fashion-mnist$",
          ),
        );
      cpSync(source, folder, { recursive: true });
      const bytes = readFileSync(last);
      bytes[10] ^= 1;
      writeFileSync(last, bytes);
      await failure("its SHA-256 is");
      truncateSync(last, 5);
      await failure("it has 5 bytes");
      rmSync(last);
      await failure("it is missing");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("the first of each class, in turn", () => {
  expect(firstInTurn([1, 1, 0, 1, 0, 0], 2, 2)).toEqual([2, 0, 4, 1]);
  expect(() => firstInTurn([1, 1, 0], 2, 2)).toThrow(/2 samples of class 0.*1/);
});
