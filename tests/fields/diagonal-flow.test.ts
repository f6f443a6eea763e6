import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { atBase, diagonalMixture, gaussianMixture } from "../../lib/couplings";
import { diagonalFlow, exactFlow } from "../../lib/fields";
import { brownian, linear, trigonometric } from "../../lib/interpolants";
import { rng } from "../../lib/random";
import { rk4, solveOde } from "../../lib/samplers";

const vector = (...values: number[]) => ndarray([values.length], Float64Array.from(values));
const components = [
  {
    weight: 1,
    moments: {
      mean0: vector(0, 1, -1),
      mean1: vector(2, 0, 1),
      variance0: vector(1, 0.5, 2),
      variance1: vector(0.3, 1, 0.2),
      covariance: vector(0.4, -0.3, 0),
    },
  },
  {
    weight: 3,
    moments: {
      mean0: vector(1, 1, 0),
      mean1: vector(-2, 1, 0),
      variance0: vector(1, 1, 1),
      variance1: vector(0.5, 0.5, 0.5),
      covariance: vector(0.2, 0.5, 0.7),
    },
  },
];
const square = (values: ArrayLike<number>) =>
  Array.from(values, (value, i) => Array.from(values, (_, j) => (i === j ? value : 0)));
const coupling = diagonalMixture({ components });
const dense = gaussianMixture({
  components: components.map(({ weight, moments }) => ({
    weight,
    mean0: Array.from(moments.mean0.data),
    mean1: Array.from(moments.mean1.data),
    cov00: square(moments.variance0.data),
    cov01: square(moments.covariance.data),
    cov11: square(moments.variance1.data),
  })),
});
const x = ndarray([4, 3], Float64Array.of(0, 0, 0, 1, -1, 0.5, -2, 1, 0, 9, 9, -9));

describe("diagonalFlow", () => {
  it.each([linear(), trigonometric(), linear({ gamma: brownian() })])(
    "is the exact flow of the mixture with the same dense covariances: $name",
    (interpolant) => {
      const [fast, slow] = [
        diagonalFlow({ coupling, interpolant }),
        exactFlow({ coupling: dense, interpolant }),
      ];
      for (const t of [0.05, 0.4, 0.95]) {
        const wanted = slow.velocity({ x, t, xi: {} }).data;
        fast.velocity({ x, t, xi: {} }).data.forEach((value, e) => {
          expect(value).toBeCloseTo(wanted[e], 9);
        });
        const logs = slow.logDensity({ x, t, xi: {} });
        fast.logDensity({ x, t, xi: {} }).forEach((value, i) => {
          expect(value).toBeCloseTo(logs[i], 9);
        });
      }
    },
  );

  it("takes a Gaussian field to another by the increasing map of each coordinate", async () => {
    const d = 300;
    const each = (of: (j: number) => number) =>
      ndarray(
        [d],
        Float64Array.from({ length: d }, (_, j) => of(j)),
      );
    const moments = {
      mean0: each(() => 0),
      mean1: each((j) => j / d),
      variance0: each(() => 1),
      variance1: each((j) => 1 / (1 + j)),
      covariance: each((j) => 0.3 / Math.sqrt(1 + j)),
    };
    const field = diagonalMixture({ components: [{ weight: 1, moments }] });
    const { x0, xi } = field.start({ shape: [3, d] }, rng(0));
    const start = atBase({ x0: ndarray([3, d], Float64Array.from(x0.data)), xi });
    const { velocity } = diagonalFlow({ coupling: field, interpolant: linear() });
    const { x: end } = await solveOde(velocity, start, { method: rk4({ steps: 60 }) });
    end.data.forEach((value, e) => {
      const j = e % d;
      expect(value).toBeCloseTo(moments.mean1.data[j] + start.x.data[e] / Math.sqrt(1 + j), 4);
    });
  });

  it("wants points of its dimension", () => {
    const { velocity } = diagonalFlow({ coupling, interpolant: linear() });
    expect(() => velocity({ x: ndarray([1, 2], new Float64Array(2)), t: 0, xi: {} })).toThrow(/\[n?.*3/);
  });
});
