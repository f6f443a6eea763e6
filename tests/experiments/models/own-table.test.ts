import { describe, expect, it } from "vitest";
import { ndarray, rng, trainTable } from "../../../lib";

describe("trainTable", () => {
  const data = { x: ndarray([32, 2], rng(0).normals([32, 2]).data) };
  const options = {
    data,
    spans: [
      [0, 1],
      [1, 2],
    ] as const,
    width: 4,
    batch: 8,
  };

  it("lets the learning rate fall over the steps of the run, where these are given", async () => {
    const [other, same] = [
      await trainTable({ ...options, steps: 2 }, { steps: 8 }),
      await trainTable({ ...options, steps: 8 }),
    ];
    expect(Array.from(other.losses)).toEqual(Array.from(same.losses));
    expect(other.losses).toHaveLength(8);
    expect(new Set(other.losses).size).toBeGreaterThan(1);
  });
});
