import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadNpy, saveNpy, saveNpz } from "../../../lib/formats";
import { rng } from "../../../lib/random";
import { commandIn } from "./command";

// Models of arrays, by the command as people use it: in processes of its own, in a folder of theirs.

const { at, run, json, remove } = commandIn("interpolants-arrays");
afterAll(remove);

/** 30 discs of two sizes on grey, between −1 and 1. */
const discs = Float32Array.from({ length: 30 * 256 }, (_, e) => {
  const [image, y, x] = [Math.floor(e / 256), Math.floor(e / 16) % 16, e % 16];
  const [cx, cy] = [4 + (image % 8), 4 + ((3 * image) % 7)];
  return (x - cx) ** 2 + (y - cy) ** 2 < 9 + 16 * (image % 2) ? 0.75 : -0.5;
});
const labels = { shape: [30], data: Int32Array.from({ length: 30 }, (_, image) => image % 2) };
const quick = ["--width", "8", "--steps", "2", "--apart", "0"];
const euler = ["--solver", "euler", "--steps", "2"];

beforeAll(() => {
  saveNpy(at("discs.npy"), { shape: [30, 16, 16], data: discs });
  saveNpz(at("all.npz"), { x: { shape: [30, 16, 16, 1], data: discs }, y: labels });
  const random = rng("rows").normals([120, 2]);
  const data = Float64Array.from({ length: 360 }, (_, e) => {
    const [row, k] = [Math.floor(e / 3), e % 3];
    if (k < 2) return random.data[2 * row + k];
    return row % 6 === 0 ? Number.NaN : 2 * random.data[2 * row];
  });
  saveNpy(at("rows.npy"), { shape: [120, 3], data });
});

describe("an array of images", () => {
  it("is learned from; parts of others are filled in, and the rest kept", async () => {
    const trained = await run("train", "discs.npy", ...quick);
    expect(trained.err).toContain("discs: images of 16 × 16 × 1, 24 for training, 6 held out");
    expect(trained.err).toContain("from -0.5 to 0.75, were read with -1 as black and 1 as white");
    expect(trained.code).toBe(0);
    expect(json("discs-in-painting", "model.json")).toMatchObject({ image: [16, 16, 1], range: [-1, 1] });

    // Numbers that could be of [0, 1] are read as those that the model was trained on.
    const light = { shape: [2, 16, 16], data: Float64Array.from({ length: 512 }, (_, e) => (e % 5) / 5) };
    saveNpy(at("light.npy"), light);
    const mask = Uint8Array.from({ length: 256 }, (_, e) => (e % 16 < 4 ? 1 : 0));
    saveNpy(at("mask.npy"), { shape: [16, 16], data: mask });
    const asked = ["--input", "light.npy", "--mask", "mask.npy", "--format", "npy", "--out", "filled"];
    const sampled = await run("sample", "discs-in-painting", ...asked, ...euler);
    expect(sampled).toMatchObject({ code: 0, err: expect.stringContaining("2 images in filled") });
    const { shape, data } = loadNpy(at("filled", "samples.npy"));
    expect(shape).toEqual([2, 16, 16, 1]);
    let changed = 0;
    data.forEach((value, e) => {
      const wanted = Math.fround(light.data[e]);
      if (mask[e % 256] === 0) expect(value).toBeCloseTo(wanted, 6);
      else if (Math.abs(value - wanted) > 1e-3) changed++;
    });
    expect(changed).toBeGreaterThan(100);

    const again = await run("train", "--config", join("discs-in-painting", "config.json"));
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining("nothing to do") });
  }, 120_000);

  it("has classes by a second array, with names", async () => {
    const classes = ["--task", "classes", "--labels", "all.npz:y", "--class-names", "small,large"];
    const trained = await run("train", "all.npz:x", ...classes, ...quick);
    expect(trained.err).toMatch(/classes: small 1\d, large 1\d\n/);
    expect(trained.code).toBe(0);
    const drawn = ["--class", "large", "--count", "2", "--format", "npy", "--out", "large"];
    expect(await run("sample", "all-classes", ...drawn, ...euler)).toMatchObject({ code: 0 });
    expect(loadNpy(at("large", "samples.npy")).shape).toEqual([2, 16, 16, 1]);
    const measured = await run("evaluate", "all-classes", ...euler);
    expect(measured.out).toMatch(/nearest training image is of the class .* chance 0\.[45]/);
  }, 120_000);
});

describe("an array of rows", () => {
  it("is a table: gaps are filled, known numbers come back bit for bit", async () => {
    const trained = await run("train", "rows.npy", "--steps", "500", "--width", "32", "--batch", "64");
    expect(trained.err).toMatch(
      /rows of 3 numbers, 96 for training.*\n.*x1 +numeric\n.*\n.*x3 +numeric, 20 missing/,
    );
    expect(trained.code).toBe(0);
    const sampled = await run("sample", "rows-table", "--input", "rows.npy", "--out", "filled.npy");
    expect(sampled).toMatchObject({ code: 0, err: expect.stringContaining("20 coordinates filled in") });
    const [before, after] = [loadNpy(at("rows.npy")), loadNpy(at("filled.npy"))];
    expect(after.shape).toEqual([120, 3]);
    const errors: number[] = [];
    before.data.forEach((value, e) => {
      if (Number.isNaN(value)) errors.push(Math.abs(after.data[e] - 2 * before.data[e - 2]));
      else expect(after.data[e]).toBe(value);
    });
    // The third number is twice the first: guessing its mean would miss it by 1.6 on average.
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(0.8);
  }, 120_000);
});

describe("an array that doesn't fit", () => {
  it("ends with a code and one sentence", async () => {
    saveNpy(at("bytes.npy"), { shape: [4, 20, 20], data: Uint8Array.from({ length: 1600 }, (_, e) => e) });
    saveNpy(at("four.npy"), { shape: [8, 8, 8, 4], data: Uint8Array.from({ length: 2048 }, (_, e) => e) });
    const calls = [
      [["train", "bytes.npy", "--apart", "0"], "sides are multiples of 8, but received shape [3, 20, 20, 1]"],
      [
        ["train", "four.npy", "--apart", "0"],
        "Expected grey images, or images of 3 channels, but received 4",
      ],
      [["train", "all.npz"], "Expected the name of one of the arrays"],
    ] as const;
    for (const [args, message] of calls) {
      const ended = await run(...args);
      expect(ended.err).toContain(message);
      expect(ended.code).toBe(1);
      expect(ended.err.trim().split("\n").at(-1)).toMatch(/^interpolants: /);
    }
  }, 120_000);
});
