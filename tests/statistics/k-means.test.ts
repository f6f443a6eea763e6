import { describe, expect, it } from "vitest";
import { ndarray, takeRows } from "../../lib/array";
import { rng } from "../../lib/random";
import { kMeans, nearestRows } from "../../lib/statistics";

/** Points about (0, 0), (10, 0) and (0, 10), in turn. */
const threeHeaps = (n: number) => {
  const x = rng("heaps").normals([n, 2]);
  for (let i = 0; i < n; i++) {
    if (i % 3 === 1) x.data[2 * i] += 10;
    if (i % 3 === 2) x.data[2 * i + 1] += 10;
  }
  return x;
};

describe("kMeans", () => {
  it("finds heaps that are far apart", () => {
    const x = threeHeaps(300);
    const { groups, centres, spread } = kMeans({ x, count: 3, rng: rng(0) });
    for (let i = 3; i < 300; i++) expect(groups[i]).toBe(groups[i % 3]);
    expect(new Set(groups).size).toBe(3);
    const own = nearestRows(ndarray([3, 2], [0, 0, 10, 0, 0, 10]), centres);
    expect(new Set(own.rows).size).toBe(3);
    expect(Math.max(...own.squared)).toBeLessThan(0.2);
    expect(spread).toBeGreaterThan(1.6); // two coordinates of variance 1
    expect(spread).toBeLessThan(2.4);
  });

  it("ends where every point has its nearest centre, and every centre is the mean of its points", () => {
    const x = rng(3).normals([200, 4]);
    const { groups, centres, spread } = kMeans({ x, count: 7, rng: rng(1), rounds: 500 });
    const near = nearestRows(x, centres);
    expect([...groups]).toEqual([...near.rows]);
    expect(spread).toBeCloseTo(near.squared.reduce((a, b) => a + b, 0) / 200, 10);
    for (let k = 0; k < 7; k++) {
      const own = takeRows(
        x,
        [...groups.keys()].filter((i) => groups[i] === k),
      );
      for (let j = 0; j < 4; j++) {
        let mean = 0;
        for (let i = 0; i < own.shape[0]; i++) mean += own.data[4 * i + j] / own.shape[0];
        expect(centres.data[4 * k + j]).toBeCloseTo(mean, 5);
      }
    }
  });

  it("of as many clusters as points has each alone, and of one the variance", () => {
    const x = ndarray([4, 1], [0, 2, 4, 10]);
    expect(kMeans({ x, count: 4, rng: rng(2) }).spread).toBe(0);
    expect(kMeans({ x, count: 1, rng: rng(2) }).spread).toBe((16 + 4 + 0 + 36) / 4);
  });

  it("refuses more clusters than different points", () => {
    const x = ndarray([3, 1], [1, 1, 2]);
    expect(() => kMeans({ x, count: 3, rng: rng(0) })).toThrow(/3 different points, but received 2/);
    expect(() => kMeans({ x, count: 4, rng: rng(0) })).toThrow(/from 1 to 3, but received 4/);
    const odd = ndarray([3, 1], [1, Number.NaN, 2]);
    expect(() => kMeans({ x: odd, count: 2, rng: rng(0) })).toThrow(
      "finite points, but received NaN at place 1",
    );
  });
});
