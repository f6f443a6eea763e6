import { describe, expect, it } from "vitest";
import { minibatchOT, semidiscreteOT } from "../../lib/couplings";
import { eightGaussians } from "../../lib/data";
import { transportCost } from "../../lib/metrics";
import { type Base, rng } from "../../lib/random";
import { semidiscrete } from "../../lib/transport";

const data = eightGaussians({ n: 400, rng: rng(1) });
const made = semidiscrete({ points: data.x, batch: 100, steps: 600, rng: rng(2) });
const rowsOf = (x: { readonly data: ArrayLike<number> }) =>
  Array.from({ length: x.data.length / 2 }, (_, i) => `${x.data[2 * i]} ${x.data[2 * i + 1]}`);

describe("semidiscreteOT", () => {
  it("draws the base, and joins it to points of the data as the plan says", async () => {
    const plan = await made;
    const { x0, x1, xi } = await semidiscreteOT({ plan }).draw({ x: rng(3).normals([500, 2]) }, rng(4));
    expect(Array.from(x0.data)).toEqual(Array.from(rng(4).normals([500, 2]).data));
    const known = new Set(rowsOf(data.x));
    expect(rowsOf(x1).every((row) => known.has(row))).toBe(true);
    const to = await plan.assign(x0);
    expect(rowsOf(x1)[7]).toBe(rowsOf(data.x)[to[7]]);
    expect(xi).toEqual({});
  });

  it("costs less than the plan of a batch", async () => {
    const plan = await made;
    const { x0, x1 } = await semidiscreteOT({ plan }).draw(data, rng(5));
    const costOf = (batch: number) => {
      const coupling = minibatchOT();
      const costs = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => {
        const pairs = coupling.draw({ x: eightGaussians({ n: batch, rng: rng("b").fork(k) }).x }, rng(k));
        return transportCost(pairs.x0, pairs.x1).value;
      });
      return costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
    };
    expect(transportCost(x0, x1).value).toBeLessThan(costOf(8));
  });

  it("starts from the base that it is given, and refuses other shapes", async () => {
    const plan = await made;
    const eight: Base = (shape, random) => eightGaussians({ n: shape[0], rng: random }).x;
    const { x0 } = semidiscreteOT({ plan, base: eight }).start({ shape: [5, 2] }, rng(6));
    expect(Array.from(x0.data)).toEqual(Array.from(eightGaussians({ n: 5, rng: rng(6) }).x.data));
    await expect(semidiscreteOT({ plan }).draw({ x: rng(1).normals([2, 3]) }, rng(1))).rejects.toThrow(
      /points/,
    );
  });
});
