import { describe, expect, it } from "vitest";
import { type Dataset, ownImages, rng, trainModel } from "../../../lib";

const images = (n: number, side: number, channels: number) => ({
  x: rng("images").fork(n, side).normals([n, side, side, channels]),
  labels: Int32Array.from({ length: n }, (_, i) => i % 2),
});
const dataset = (side: number, classes: readonly string[] = ["a", "b"]): Dataset => ({
  name: "my own",
  classes,
  train: images(24, side, 1),
  test: images(8, side, 1),
});

describe("ownImages", () => {
  it.each([
    ["in-painting", "In-painting of my own, 16×16", ["keep"]],
    ["super-resolution", "Super-resolution of my own, 4×4 to 16×16", ["image"]],
    ["classes", "my own by class, 16×16", ["labels"]],
  ] as const)("trains for %s on images of any size", async (task, title, parts) => {
    const recipe = ownImages({ data: dataset(16), task, width: 8, steps: 2, batch: 4 });
    expect(recipe).toMatchObject({ title, name: `my-own-${task}`, task });
    const { coupling } = await recipe.load();
    expect(Object.keys(coupling.condition)).toEqual(parts);
    const model = await trainModel(recipe);
    expect(model.losses).toHaveLength(2);
    expect(model.losses.every(Number.isFinite)).toBe(true);
  });

  it("learns from mirror images where asked", async () => {
    const recipe = ownImages({ data: dataset(16), task: "in-painting", steps: 1, mirror: true });
    expect((await recipe.load()).train.x.shape).toEqual([48, 16, 16, 1]);
  });

  it("says what it can't do", () => {
    expect(() => ownImages({ data: dataset(20), task: "in-painting", steps: 1 })).toThrow(
      "Expected images whose sides are multiples of 8, but received shape [24, 20, 20, 1]. " +
        "Choose another size, such as size: 24.",
    );
    expect(() => ownImages({ data: dataset(16, []), task: "classes", steps: 1 })).toThrow(
      "Expected two classes or more in my own, but received 0.",
    );
  });
});
