import { describe, expect, it } from "vitest";
import { ndarray, sizeOf } from "../../lib/array";
import { embeddingPart, imagePart, labelsPart, maskPart } from "../../lib/conditions";
import { networkField } from "../../lib/fields";
import { mlp, type Network, sit, unet } from "../../lib/networks";
import { rng } from "../../lib/random";

// What a network can't take is refused at its door, in a sentence, before tfjs or the engine meets it.

const condition = {
  labels: labelsPart({ classes: 3 }),
  embedding: embeddingPart({ width: 2 }),
  keep: maskPart(),
  image: imagePart({ channels: 2 }),
};
const networks: Readonly<Record<string, Network>> = {
  "the U-Net": unet({ channels: 1, dim: 8, mults: [1, 2], blocksPerLevel: 1, attention: "none", condition }),
  "the transformer": sit({ channels: 1, patch: 4, width: 24, depth: 1, condition }),
};
const source = rng(0);
const ones = (...shape: number[]) => ndarray(shape, new Float32Array(sizeOf(shape)).fill(1));
const xi = {
  labels: Int32Array.of(0, 2),
  embedding: source.normals([2, 2]),
  keep: ones(2, 8, 12, 1),
  image: source.normals([2, 8, 12, 2]),
};
const good = { keep: [2, 8, 12, 1], image: [2, 8, 12, 2] };

describe.each(Object.entries(networks))("%s", (owner, network) => {
  const refused = (shape: readonly number[], parts?: Readonly<Record<string, readonly number[]>>) => {
    try {
      network.check!(shape, parts);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  const beside = (name: string, wanted: string, received: string) =>
    `Expected ξ.${name} of shape [any, ${wanted}] for ${owner}, beside an x of shape [2, 8, 12, 1], ` +
    `but received shape [${received}].`;

  it("takes images of other sizes, and parts of ξ that fit them", () => {
    expect(refused([2, 8, 12, 1])).toBeUndefined();
    expect(refused([2, 8, 12, 1], good)).toBeUndefined();
    expect(refused([5, 16, 4, 1], { keep: [5, 16, 4, 1], image: [5, 16, 4, 2] })).toBeUndefined();
  });

  it("refuses what is no image of its channels, or has a side that it can't halve or cut", () => {
    const images = `Expected images of shape [any, any, any, 1] for ${owner}, but received shape `;
    expect(refused([2, 64])).toBe(`${images}[2, 64].`);
    expect(refused([2, 8, 8])).toBe(`${images}[2, 8, 8].`);
    expect(refused([2, 8, 8, 3])).toBe(`${images}[2, 8, 8, 3].`);
    expect(refused([2, 7, 8, 1])).toMatch(/^Expected a height and width divisible by \d, .*7 × 8\. Pad or/);
    expect(refused([2, 0, 8, 1])).toBe(
      `Expected images of one pixel or more for ${owner}, but received 0 × 8.`,
    );
  });

  it("refuses masks and images of ξ of another height, width, rank or number of channels", () => {
    const with_ = (parts: object) => refused([2, 8, 12, 1], { ...good, ...parts });
    expect(with_({ keep: [2, 4, 6, 1] })).toBe(beside("keep", "8, 12, 1", "2, 4, 6, 1"));
    expect(with_({ keep: [2, 12, 8, 1] })).toBe(beside("keep", "8, 12, 1", "2, 12, 8, 1"));
    expect(with_({ keep: [2, 8, 12] })).toBe(beside("keep", "8, 12, 1", "2, 8, 12"));
    expect(with_({ keep: [2, 8, 12, 3] })).toBe(beside("keep", "8, 12, 1", "2, 8, 12, 3"));
    expect(with_({ image: [2, 2, 3, 2] })).toBe(beside("image", "8, 12, 2", "2, 2, 3, 2"));
    expect(with_({ image: [2, 2] })).toBe(beside("image", "8, 12, 2", "2, 2"));
  });

  it("refuses them where its field is evaluated, with the shapes that were given", async () => {
    const field = networkField({ network, parameters: network.init(rng(1)), chunk: 16 });
    const at = (more: object) => field({ x: source.normals([2, 8, 12, 1]), t: 0.5, xi: { ...xi, ...more } });
    expect((await at({})).shape).toEqual([2, 8, 12, 1]);
    await expect(at({ keep: ones(2, 12, 8, 1) })).rejects.toThrow(beside("keep", "8, 12, 1", "2, 12, 8, 1"));
    await expect(at({ image: ones(2, 8, 8, 2) })).rejects.toThrow(beside("image", "8, 12, 2", "2, 8, 8, 2"));
    await expect(at({ image: ones(3, 8, 12, 2) })).rejects.toThrow("Expected 2 entries in ξ.image");
    await expect(at({ embedding: ones(2, 3) })).rejects.toThrow("Expected an embedding for the network");
    await expect(at({ labels: Int32Array.of(0, 3) })).rejects.toThrow("Expected labels from 0 to 2");
    await expect(at({ keep: undefined })).rejects.toThrow("Expected a condition ξ with keep");
  });
});

it("the MLP refuses a mask or a vector of another width beside its points", async () => {
  const given = { keep: maskPart(), image: imagePart({ channels: 2 }) };
  const network = mlp({ dim: 3, width: 8, depth: 1, condition: given });
  const field = networkField({ network, parameters: network.init(rng(1)) });
  const at = (keep: number[], image: number[]) =>
    field({ x: source.normals([4, 3]), t: 0, xi: { keep: ones(...keep), image: ones(...image) } });
  expect((await at([4, 3], [4, 2])).shape).toEqual([4, 3]);
  await expect(at([4, 1], [4, 2])).rejects.toThrow(
    "Expected ξ.keep of shape [any, 3] for the MLP, beside an x of shape [4, 3], but received shape [4, 1].",
  );
  await expect(at([4, 3], [4, 1, 2])).rejects.toThrow("Expected ξ.image of shape [any, 2] for the MLP");
});
