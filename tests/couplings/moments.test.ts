import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { dataDependent, imputation, makeMask, pairMoments } from "../../lib/couplings";
import { rng } from "../../lib/random";

describe("pairMoments", () => {
  it("are those of the pairs' law", async () => {
    const x = rng(0).normals([4000, 2]);
    for (let e = 0; e < x.data.length; e++) x.data[e] = (e % 2) + (1 + (e % 2)) * x.data[e];
    const coupling = dataDependent({ mean: ({ x: x1 }) => x1, sigma: 0.5 });
    const moments = await pairMoments({ coupling, data: { x }, draws: 20_000, rng: rng(1) });
    // x1 is N(0, 1) and N(1, 4), and x0 = x1 + 0.5 ζ.
    const wanted = {
      mean0: [0, 1],
      mean1: [0, 1],
      variance0: [1.25, 4.25],
      variance1: [1, 4],
      covariance: [1, 4],
    };
    for (const [name, values] of Object.entries(wanted)) {
      const { data } = moments[name as keyof typeof wanted];
      values.forEach((value, e) => {
        expect(Math.abs(data[e] - value), name).toBeLessThan(0.08 * (1 + value));
      });
    }
  });

  it("refuses data that aren't finite, and none, but not gaps that keep tells", async () => {
    const x = ndarray([3, 1], [1, Number.NaN, 2]);
    const coupling = imputation({ mask: makeMask("all", (keep) => keep.fill(0)), dim: 1 });
    const options = { coupling, draws: 50, rng: rng(0) };
    await expect(pairMoments({ ...options, data: { x } })).rejects.toThrow("the first NaN in sample 1");
    await expect(pairMoments({ ...options, data: undefined as never })).rejects.toThrow("received none");
    const keep = ndarray([3, 1], [1, 0, 1]);
    const { mean1 } = await pairMoments({ ...options, data: { x, keep } });
    expect(Math.abs(mean1.data[0] - 1.5)).toBeLessThan(0.4); // 1 or 2, each half of the time
  });
});
