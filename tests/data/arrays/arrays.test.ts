import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import {
  type ArraysOptions,
  arrays,
  imageFolder,
  quantise,
  saveCsv,
  savePngs,
  table,
} from "../../../lib/data";
import { encodeNpy, saveNpy, saveNpz } from "../../../lib/formats";
import { rng } from "../../../lib/random";

const folder = mkdtempSync(join(tmpdir(), "arrays "));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const bytes = { shape: [10, 2, 3], data: Uint8Array.from({ length: 60 }, (_, k) => 4 * k) };
const labels = { shape: [10], data: Uint8Array.from({ length: 10 }, (_, k) => k % 3) };
const points = rng(1).normals([20, 4]);

describe("arrays", () => {
  it("of bytes become images in [-1, 1], from npy, npz, gzip and memory alike", async () => {
    saveNpy(at("x.npy"), bytes);
    saveNpz(at("all.npz"), { x: bytes, y: labels });
    writeFileSync(at("x.npy.gz"), gzipSync(encodeNpy(bytes)));
    const wanted = await arrays({ x: bytes, labels });
    expect([wanted.train.x.shape, wanted.test.x.shape, wanted.classes]).toEqual([
      [8, 2, 3, 1],
      [2, 2, 3, 1],
      ["0", "1", "2"],
    ]);
    expect([...wanted.train.x.data, ...wanted.test.x.data].sort((a, b) => a - b)).toEqual(
      Array.from(bytes.data, (level) => Math.fround((2 * level) / 255 - 1)),
    );
    for (const source of [
      { x: at("x.npy"), labels },
      { x: at("x.npy.gz"), labels },
      { x: at("all.npz:x"), labels: at("all.npz:y") },
    ]) {
      const data = await arrays(source);
      expect([data.train, data.origin!.checksum]).toEqual([wanted.train, wanted.origin!.checksum]);
    }
    // Labels stay with their images.
    wanted.train.labels!.forEach((label, i) => {
      expect(Math.round(((wanted.train.x.data[6 * i] + 1) * 255) / 2 / 24) % 3).toBe(label);
    });
  });

  it("of PyTorch's layout are turned", async () => {
    const x = { shape: [4, 3, 2, 2], data: Uint8Array.from({ length: 48 }, (_, k) => k) };
    const { train } = await arrays({ train: { x }, test: { x } }, { layout: "nchw" });
    expect(train.x.shape).toEqual([4, 2, 2, 3]);
    expect(Array.from(train.x.data.slice(0, 6), (value) => Math.round(((value + 1) * 255) / 2))).toEqual([
      0, 4, 8, 1, 5, 9,
    ]);
    const wide = { shape: [4, 3, 20, 20], data: new Uint8Array(4800).fill(7) };
    await expect(arrays(wide)).rejects.toThrow('Choose the other order of axes: layout: "nchw".');
    await expect(arrays({ shape: [4, 20, 20, 3], data: wide.data }, { layout: "nchw" })).rejects.toThrow(
      '"nhwc"',
    );
  });

  it("of points stay as they are, with a mask where they are NaN, and groups stay together", async () => {
    const data = Float32Array.from(points.data);
    data[7] = Number.NaN;
    const groups = { shape: [20], data: Int32Array.from({ length: 20 }, (_, k) => k % 5) };
    const set = await arrays(
      { x: { shape: [20, 4], data }, groups, embedding: points, x0: points },
      { split: { test: 0.4 } },
    );
    const all = [set.train, set.test].flatMap(({ x }) => [...x.data]);
    expect(all.sort()).toEqual([...data].sort());
    for (const { x, keep, embedding, x0 } of [set.train, set.test]) {
      expect(Array.from(keep!.data)).toEqual(Array.from(x.data, (value) => (Number.isNaN(value) ? 0 : 1)));
      expect([embedding!.shape, x0!.shape]).toEqual([x.shape, x.shape]);
    }
    const rowsOf = (part: typeof set.train) =>
      Array.from({ length: part.x.shape[0] }, (_, i) => points.data.indexOf(part.embedding!.data[4 * i]) / 4);
    const held = new Set(rowsOf(set.test).map((row) => row % 5));
    expect(rowsOf(set.train).filter((row) => held.has(row % 5))).toEqual([]);
    expect((await arrays({ shape: [4], data: Float64Array.of(1, 2, 3, 4) })).train.x.shape).toEqual([3, 1]);
  });

  it("of other ranges are scaled by what is said", async () => {
    const unit = { shape: [3, 1, 2], data: Float32Array.of(0, 1, 0.5, 0.25, 0, 1) };
    const { train, test } = await arrays(unit, { range: [0, 1] });
    expect([...train.x.data, ...test.x.data].sort((a, b) => a - b)).toEqual([-1, -1, -0.5, 0, 1, 1]);
    const signed = { shape: [3, 1, 2], data: Float32Array.of(-1, 1, -0.5, 0.25, 0, 1) };
    expect((await arrays({ train: { x: signed }, test: { x: signed } })).train.x.data).toEqual(signed.data);
    await expect(arrays(signed, { range: [0, 1] })).rejects.toThrow(
      "numbers from 0 to 1 in x, but received -1",
    );
  });

  it("of floats whose range the numbers tell are read so, and it is said", async () => {
    const read = async (data: Float32Array | Float64Array) => {
      const { train, test, origin } = await arrays({ shape: [3, 1, 2], data });
      return { values: [...train.x.data, ...test.x.data].sort((a, b) => a - b), notes: origin!.notes };
    };
    expect(await read(Float32Array.of(0.5, 1, 0.5, 0.25, 0.75, 1))).toEqual({
      values: [-0.5, 0, 0, 0.5, 1, 1],
      notes: ["The numbers of x, from 0.25 to 1, were read with 0 as black and 1 as white."],
    });
    const signed = await read(Float64Array.of(-0.5, 1, 0.5, 0.25, 0.75, 1));
    expect(signed.values).toEqual([-0.5, 0.25, 0.5, 0.75, 1, 1]);
    expect(signed.notes![0]).toContain("with -1 as black");
    // One split alone may look as if it began at 0.
    const half = { shape: [3, 1, 2], data: Float32Array.of(-1, 1, -0.5, 0.25, 0, 1) };
    const other = { shape: [3, 1, 2], data: Float32Array.of(0, 1, 0.5, 0.25, 0, 1) };
    await expect(arrays({ train: { x: half }, test: { x: other } })).rejects.toThrow(
      /^Expected numbers of one range.*-1 as black.*0 as black.*Give the range\.$/,
    );
    const both = await arrays({ train: { x: half }, test: { x: other } }, { range: [-1, 1] });
    expect(both.test.x.data[4]).toBe(0);
  });

  it.each([
    ["bytes that are all 0 or 1, such as booleans", Uint8Array.of(0, 1, 1, 0), "[0, 1]"],
    ["numbers of two bytes that fit in one", Uint16Array.of(0, 200, 255, 0), "[0, 255]"],
    ["whole numbers", Int32Array.of(0, 200, 255, 0), "[0, 255]"],
    ["floats up to 255", Float32Array.of(0, 200, 255, 0.5), "[0, 255]"],
    ["floats below −1", Float32Array.of(-2.5, 1, 3, 0.5), "[-2.5, 3]"],
    ["floats that are all 0", Float32Array.of(0, 0, 0, 0), "[0, 1]"],
  ])("of %s are never guessed", async (_, data, advice) => {
    const advised = `Give the numbers of black and white, such as range: ${advice}.`;
    await expect(arrays({ shape: [2, 1, 2], data })).rejects.toThrow(advised);
  });

  it("of images are brought to a size: cut, padded or distorted", async () => {
    // Images of 2×4: a black left half and a white right half.
    const flat = { shape: [4, 2, 4], data: Uint8Array.from({ length: 32 }, (_, e) => (e % 4 < 2 ? 0 : 255)) };
    const values = async (options: ArraysOptions) => {
      const { train } = await arrays(flat, { ...options, split: { test: 0.25 } });
      return { shape: train.x.shape, first: [...train.x.data.slice(0, train.x.data.length / 3)] };
    };
    expect(await values({ size: 2 })).toEqual({ shape: [3, 2, 2, 1], first: [-1, 1, -1, 1] });
    expect(await values({ size: [1, 4] })).toEqual({ shape: [3, 1, 4, 1], first: [-1, -1, 1, 1] });
    expect(await values({ size: 4, fit: "stretch" })).toMatchObject({
      shape: [3, 4, 4, 1],
      first: [-1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1],
    });
    expect((await values({ size: 4, fit: "pad" })).first).toEqual([
      ...[1, 1, 1, 1],
      ...[-1, -1, 1, 1],
      ...[-1, -1, 1, 1],
      ...[1, 1, 1, 1],
    ]);
    // A square on a larger grid: bilinear between the centres of pixels, so that ends keep their values.
    const { first } = await values({ size: [4, 8], fit: "stretch" });
    expect(first.slice(0, 8)).toEqual([-1, -1, -1, -0.5, 0.5, 1, 1, 1]);
  });

  it("of images that look alike are on one side, where asked, and the limit holds", async () => {
    const different = rng(4).normals([40, 4, 4]);
    const x = { shape: [80, 4, 4], data: Float32Array.from([...different.data, ...different.data]) };
    const options = { range: [-6, 6], split: { test: 0.25, apart: 1e-6 } } as const;
    const { train, test, origin } = await arrays(x, options);
    const keys = ({ x: { data, shape } }: typeof train) =>
      Array.from({ length: shape[0] }, (_, i) => data.slice(16 * i, 16 * i + 16).join());
    const seen = new Set(keys(train));
    expect([train.x.shape[0], test.x.shape[0] < 20]).toEqual([60, true]);
    expect(keys(test).filter((key) => seen.has(key))).toEqual([]);
    expect(origin!.notes!.at(-1)).toMatch(
      /^\d+ test images within a mean squared error of 0\.000001 dropped$/,
    );
    const some = await arrays(x, { range: [-6, 6], limit: 30 });
    expect(some.train.x.shape[0] + some.test.x.shape[0]).toBe(30);
  });

  const three = { shape: [3, 2], data: new Float32Array(6) };
  it.each([
    [{ x: { shape: [3, 2], data: new Float32Array(5) } }, {}, "6 numbers in x"],
    [{ x: { shape: [2, 1, 1, 1, 1], data: new Float32Array(2) } }, {}, "x of shape"],
    [{ x: { shape: [0, 2], data: new Float32Array(0) } }, {}, "samples in x"],
    [
      { x: { shape: [2, 1], data: Float32Array.of(1, Number.NEGATIVE_INFINITY) } },
      {},
      "-Infinity at place 1",
    ],
    [
      { x: { shape: [2, 1, 1], data: Float32Array.of(-1, Number.NaN) } },
      {},
      "numbers in the images x, but received NaN. The first is in image 1; leave it out.",
    ],
    [
      { x: three, labels: { shape: [2], data: Int32Array.of(0, 1) } },
      {},
      "3 entries in labels, as in x, but received 2",
    ],
    [{ x: three, labels: { shape: [3], data: Float32Array.of(0, 1.5, 1) } }, {}, "1.5 for sample 1"],
    [{ x: three, labels: { shape: [3], data: Int32Array.of(0, -2, 1) } }, {}, "-2 for sample 1"],
    [{ x: three, labels: { shape: [3, 2], data: new Int32Array(6) } }, {}, "labels of shape [n]"],
    [
      { x: three, labels: { shape: [3], data: Int32Array.of(0, 1, 2) } },
      { classes: ["a"] },
      "3 names as classes",
    ],
    [
      { x: three, labels: { shape: [3], data: Int32Array.of(0, 1, 2) } },
      { classes: ["a", "b", "a"] },
      'different names as classes, but received "a" twice',
    ],
    [
      { x: three, labels: { shape: [3], data: Float64Array.of(0, 4e9, 1) } },
      {},
      "class indices of at most 65535 as labels, but received 4000000000 for sample 1.",
    ],
    [
      { x: three, embedding: { shape: [3], data: Float32Array.of(0, Number.NaN, 1) } },
      {},
      "finite numbers in embedding, as float32 has them, but received NaN for sample 1",
    ],
    [
      { x: { shape: [2, 1], data: Float64Array.of(1, -1e300) } },
      {},
      "float32 can hold, but received -1e+300",
    ],
    [{ x: three }, { classes: ["a", "b"] }, "labels for the names of classes, but received none"],
    [{ x: three, label: three }, {}, 'Did you mean "labels"?'],
    [{ x: "none.npy" }, {}, '"none.npy", which doesn\'t exist'],
    [{ x: [1, 2] }, {}, "a path or an array"],
    [{ train: { x: three } }, {}, "arrays train and test"],
    [{ train: { x: three }, test: { x: points } }, {}, "samples of shape [2] in every split"],
    [{ train: { x: three }, test: { x: three } }, { split: { test: 0.5 } }, "no split for arrays"],
    [{ x: three }, { layout: "chw" }, "as layout"],
    [{ x: three }, { range: [1, 0] }, "a range from low to high"],
    [{ x: three }, { size: 8 }, "no size for points"],
    [{ x: three }, { split: { apart: 0.01 } }, "no split.apart for points"],
    [{ x: three }, { limit: 0 }, "a whole number of samples above 0 as limit"],
    [{ train: { x: three }, test: { x: three } }, { limit: 2 }, "no limit for arrays"],
    [bytes, { size: 2.5 }, "whole numbers of pixels above 0 as size"],
    [bytes, { size: 2, fit: "cut" }, "as fit"],
  ])("that don't fit are refused: %#", async (source, options, message) => {
    await expect(arrays(source as never, options as ArraysOptions)).rejects.toThrow(message);
  });

  it("of a file that has several need a name", async () => {
    saveNpz(at("all.npz"), { x: bytes, y: labels });
    await expect(arrays(at("all.npz"))).rejects.toThrow(
      /the name of one of the arrays.*all.npz:x", ".*all.npz:y"/,
    );
    await expect(arrays(`${at("all.npz")}:z`)).rejects.toThrow("one of x, y as array of");
    saveNpz(at("one.npz"), { x: bytes });
    expect((await arrays(at("one.npz"))).train.x.shape[0]).toBe(8);
    writeFileSync(at("text.npy"), "text");
    await expect(arrays(at("text.npy"))).rejects.toThrow("none by its content");
  });
});

describe("what is written", () => {
  it("as PNG files is read back by imageFolder, to 256 levels", async () => {
    for (const channels of [1, 3]) {
      const images = rng(2).normals([6, 4, 4, channels]);
      const out = at(`png ${channels}`);
      const files = savePngs(out, images, { labels: [0, 1, 0, 1, 0, 1], classes: ["a/b", "c"] });
      expect(files[0]).toBe("a-b/0000.png");
      const back = await imageFolder(out, { size: 4, cacheFolder: at("cache") });
      expect(back.classes).toEqual(["a-b", "c"]);
      const size = 16 * channels;
      for (const { x, names } of [back.train, back.test]) {
        names.forEach((name, i) => {
          const k = files.indexOf(name);
          expect(x.data.slice(i * size, (i + 1) * size)).toEqual(
            quantise(images).data.slice(k * size, (k + 1) * size),
          );
        });
      }
    }
    const one = ndarray([1, 1, 1, 1], [0]);
    expect(() => savePngs(at("none"), points)).toThrow("images of shape [n, h, w, 1 or 3]");
    expect(() => savePngs(at("none"), one, { names: [] })).toThrow("1 names");
    expect(() => savePngs(at("none"), ndarray([2, 1, 1, 1], [0, 0]), { names: ["a/b", "a:b"] })).toThrow(
      '"a-b.png" twice',
    );
    expect(savePngs(at("none"), one, { names: ["../../up"] })).toEqual(["--..-up.png"]);
  });

  it("as CSV is read back by table, digit for digit", async () => {
    const records = [
      { a: 0.1 + 0.2, b: 'x, "y"', c: null, d: new Date(0) },
      { a: -1e-300, b: "z", c: 5, d: null },
      { a: 7, b: "z", c: 6, d: new Date(86_400_000) },
    ];
    saveCsv(at("a.csv"), records);
    expect(readFileSync(at("a.csv"), "utf8")).toBe(
      [
        "a,b,c,d",
        '0.30000000000000004,"x, ""y""",,1970-01-01T00:00:00.000Z',
        "-1e-300,z,5,",
        "7,z,6,1970-01-02T00:00:00.000Z",
        "",
      ].join("\n"),
    );
    const back = await table(at("a.csv"));
    expect(back.columns.map(({ name, kind, missing }) => [name, kind, missing])[0]).toEqual([
      "a",
      "numeric",
      0,
    ]);
    saveCsv(at("b.csv"), ndarray([2, 2], [1, Number.NaN, 3, 4]));
    expect(readFileSync(at("b.csv"), "utf8")).toBe("x1,x2\n1,\n3,4\n");
    saveCsv(at("b.csv"), ndarray([1, 2], [1, 2]), ["u", "v"]);
    expect(readFileSync(at("b.csv"), "utf8")).toBe("u,v\n1,2\n");
    expect(() => saveCsv(at("b.csv"), ndarray([1, 2], [1, 2]), ["u"])).toThrow("2 names of coordinates");
    expect(() => saveCsv(at("b.csv"), [])).toThrow("columns to write");
  });
});
