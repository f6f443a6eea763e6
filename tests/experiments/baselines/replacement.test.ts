import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { atBase, gaussianMixture, independent, tiles, uncoupledInpainting } from "../../../lib/couplings";
import { measureInpainting, replacement } from "../../../lib/experiments";
import { exactFlow } from "../../../lib/fields";
import { brownian, linear } from "../../../lib/interpolants";
import { rng } from "../../../lib/random";
import { dopri5, euler, rk4, solveOde } from "../../../lib/samplers";

const unit = [
  [1, 0],
  [0, 1],
];

/** The exact velocity from N(0, I) to a correlated Gaussian, and pairs whose first coordinate is known. */
function gaussians(correlation: number, n: number) {
  const coupling = gaussianMixture({
    components: [
      {
        weight: 1,
        mean0: [0, 0],
        mean1: [0, 0],
        cov00: unit,
        cov11: [
          [1, correlation],
          [correlation, 1],
        ],
      },
    ],
  });
  const { x } = coupling.targets(n, rng(1));
  const x1 = ndarray(x.shape, Float64Array.from(x.data));
  const x0 = ndarray([n, 2], Float64Array.from(rng(2).normals([n, 2]).data));
  const keep = ndarray(
    [n, 2],
    Float32Array.from({ length: 2 * n }, (_, e) => 1 - (e % 2)),
  );
  const b = exactFlow({ coupling, interpolant: linear() }).velocity;
  return { b, pairs: { x0, x1, xi: { keep } } };
}

/** Its solution from the same starts, where nothing is masked. */
const solve = (field: ReturnType<typeof replacement>, { x0 }: { readonly x0: NdArray }) =>
  solveOde(field, { x: x0 }, { method: rk4({ steps: 200 }) });

describe("replacement", () => {
  it("solves the equation of the hole alone, with known values on their line", async () => {
    const r = 0.8;
    const { b, pairs } = gaussians(r, 20);
    const { x } = await solve(replacement({ b, interpolant: linear(), pairs }), pairs);
    for (let i = 0; i < 20; i++) {
      const [from, to] = [pairs.x0.data[2 * i], pairs.x1.data[2 * i]];
      expect(x.data[2 * i]).toBeCloseTo(to, 9);
      // b = K_t C_t⁻¹ x with C_t = (1 − t)² I + t² Σ and K_t = −(1 − t) I + tΣ; both have the eigenvectors
      // (1, ±1)/√2, with eigenvalues 1 ± r of Σ.
      const rate = (t: number, lambda: number) => (t * lambda - (1 - t)) / ((1 - t) ** 2 + t ** 2 * lambda);
      const slope = (t: number, y: number) => {
        const known = (1 - t) * from + t * to;
        const [plus, minus] = [rate(t, 1 + r), rate(t, 1 - r)];
        return ((plus - minus) * known + (plus + minus) * y) / 2;
      };
      let y = pairs.x0.data[2 * i + 1];
      const h = 1 / 2000;
      for (let k = 0; k < 2000; k++) {
        const middle = y + (h / 2) * slope(k * h, y);
        y += h * slope(k * h + h / 2, middle);
      }
      expect(x.data[2 * i + 1]).toBeCloseTo(y, 4);
    }
  });

  it("draws the hole as it should where it is independent, but not where it isn't", async () => {
    const n = 4000;
    const moments = async (r: number) => {
      const { b, pairs } = gaussians(r, n);
      const { x } = await solve(replacement({ b, interpolant: linear(), pairs }), pairs);
      let [variance, covariance] = [0, 0];
      for (let i = 0; i < n; i++) {
        variance += x.data[2 * i + 1] ** 2 / n;
        covariance += (x.data[2 * i + 1] * pairs.x1.data[2 * i]) / n;
      }
      return { variance, covariance };
    };
    const apart = await moments(0);
    expect(apart.variance).toBeCloseTo(1, 0.9);
    expect(Math.abs(apart.covariance)).toBeLessThan(0.07);
    const together = await moments(0.8);
    expect(together.covariance).toBeGreaterThan(0.3);
    expect(together.covariance).toBeLessThan(0.75); // not 0.8: the known bias of replacement
  });

  it("draws the noise of known values afresh where that is asked for", async () => {
    const { b, pairs } = gaussians(0.8, 10);
    const seen: NdArray[] = [];
    const watched = replacement({
      b(at) {
        seen.push(at.x);
        return b(at);
      },
      interpolant: linear(),
      pairs,
      fresh: rng(3),
    });
    await solveOde(watched, { x: pairs.x0 }, { method: euler({ steps: 4 }) });
    expect(seen).toHaveLength(4);
    const noise = seen.map(({ data }, k) => (data[0] - (k / 4) * pairs.x1.data[0]) / (1 - k / 4));
    expect(new Set(noise.map((value) => value.toFixed(6))).size).toBe(4);
    const source = rng(3);
    for (const value of noise) expect(value).toBeCloseTo(source.normals([10, 2]).data[0], 5);
  });

  it("is measured like any in-painting: known pixels end where they should, but not to the bit", async () => {
    const images = rng(4).normals([24, 16, 16, 3]);
    const mask = tiles({ grid: 8, p: 0.3 });
    const pairs = uncoupledInpainting({ mask, channels: 3, classes: 2 }).draw(
      { x: images, labels: new Int32Array(24) },
      rng(5),
    );
    let given: object = {};
    const result = await measureInpainting({
      b: replacement({
        b({ x, xi }) {
          given = xi;
          return ndarray(x.shape, x.data.map(Math.sin));
        },
        interpolant: linear(),
        pairs,
      }),
      pairs,
      interpolant: linear(),
      network: {
        name: "pixels",
        dimension: 2,
        imageShape: [16, 16, 3],
        heads: { any: ["any"] },
        accuracy: { any: 1 },
        features: async (x) =>
          ndarray(
            [x.shape[0], 2],
            Array.from({ length: 2 * x.shape[0] }, (_, k) => x.data[(k >> 1) * 768 + (k & 1)]),
          ),
        classify: async (x) => new Int32Array(x.shape[0]),
      },
      reference: images,
      train: images,
      rng: rng(0),
      method: dopri5({ rtol: 1e-3, atol: 1e-3 }),
    });
    expect(Object.keys(given)).toEqual(["labels"]);
    expect(result.changedKnown).toBeGreaterThan(1000);
    const off = Array.from(result.solution.x.data, (value, e) => Math.abs(value - result.filled.data[e]));
    expect(Math.max(...off)).toBeLessThan(1e-5);
  });

  it("refuses a latent, and samples that aren't those of the pairs", async () => {
    const { b, pairs } = gaussians(0, 4);
    const latent = linear({ gamma: brownian() });
    expect(() => replacement({ b, interpolant: latent, pairs })).toThrow("without a latent");
    const field = replacement({ b, interpolant: linear(), pairs });
    await expect(solveOde(field, { x: pairs.x0 }, { method: euler({ steps: 1 }), batch: 2 })).rejects.toThrow(
      "without the option batch",
    );
    const none = independent().draw({ x: pairs.x1 }, rng(1));
    expect(() => replacement({ b, interpolant: linear(), pairs: none })).toThrow("mask");
    expect(atBase(pairs).x).toBe(pairs.x0);
  });
});
