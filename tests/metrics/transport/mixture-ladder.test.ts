import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { balancedDraws, gaussianMixture, threeModes } from "../../../lib/couplings";
import { exactFlow } from "../../../lib/fields";
import { brownian, linear, trigonometric } from "../../../lib/interpolants";
import { mixtureBound, mixtureLadder, pathBound } from "../../../lib/metrics";
import { rng } from "../../../lib/random";
import { dopri5 } from "../../../lib/samplers";

/** Too fast for an adaptive method of few steps. */
const wild = ({ x, t }: { x: NdArray; t: number }) =>
  ndarray(
    x.shape,
    x.data.map(() => 1e4 * Math.sin(1e6 * t)),
  );
const few = dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 5 });

describe("mixtureBound", () => {
  it("is the mean squared distance of paired modes and 4 × 0.16, for the three modes", () => {
    // By hand, from modes at (−6, ±4), (−6, 0) and at radius 4 and 0°, ±120°.
    const height = 2 * Math.sqrt(3);
    const to = [
      [-2, -height],
      [4, 0],
      [-2, height],
    ];
    const from = [-4, 0, 4];
    const square = (i: number, j: number) => (to[j][0] + 6) ** 2 + (to[j][1] - from[i]) ** 2;
    const wanted = {
      matched: (square(0, 0) + square(1, 1) + square(2, 2)) / 3,
      shifted: (square(0, 1) + square(1, 2) + square(2, 0)) / 3,
      independent: from.reduce((sum, _, i) => sum + to.reduce((all, _, j) => all + square(i, j) / 9, 0), 0),
    };
    for (const pairing of ["matched", "shifted", "independent"] as const) {
      const bound = mixtureBound({ coupling: threeModes({ pairing }), interpolant: linear() });
      expect(bound).toBeCloseTo(wanted[pairing] + 0.64, 9);
    }
  });

  it("agrees with draws, for covariances and schedules of any kind", () => {
    const coupling = gaussianMixture({
      components: [
        {
          weight: 1,
          mean0: [1, 2],
          mean1: [3, -1],
          cov00: [
            [1, 0.3],
            [0.3, 0.5],
          ],
          cov01: [
            [0.6, 0],
            [0.1, 0.2],
          ],
          cov11: [
            [2, 0],
            [0, 0.4],
          ],
        },
      ],
    });
    const interpolant = trigonometric();
    const pairs = coupling.draw(coupling.targets(40_000, rng(1)), rng(2));
    const drawn = pathBound({ pairs, interpolant });
    const exact = mixtureBound({ coupling, interpolant });
    expect(Math.abs(drawn.value - exact)).toBeLessThan(4 * drawn.standardError);
  });

  it("is infinite where γ begins as √t", () => {
    const coupling = threeModes({ pairing: "matched" });
    expect(mixtureBound({ coupling, interpolant: linear({ gamma: brownian() }) })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});

describe("mixtureLadder", () => {
  it("finds cost ≤ action ≤ bound, and its standard errors hold", async () => {
    const interpolant = linear();
    for (const [pairing, n] of [
      ["matched", 360],
      ["independent", 1620],
    ] as const) {
      const coupling = threeModes({ pairing });
      const { velocity } = exactFlow({ coupling, interpolant });
      const measure = (seed: number) =>
        mixtureLadder({
          b: velocity,
          coupling,
          interpolant,
          draws: balancedDraws({ coupling, n, rng: rng(seed) }),
          method: dopri5({ rtol: 1e-5, atol: 1e-5 }),
        });
      const [one, two] = [await measure(1), await measure(2)];
      expect(one.cost.value).toBeLessThan(one.action.value);
      expect(one.action.value).toBeLessThan(one.bound);
      for (const side of ["cost", "action"] as const) {
        const apart = Math.abs(one[side].value - two[side].value);
        expect(apart).toBeLessThan(5 * Math.hypot(one[side].standardError, two[side].standardError));
        expect(one[side].standardError).toBeLessThan(0.5);
      }
    }
  });
});

it("has no ladder of a flow that doesn't arrive", async () => {
  const coupling = threeModes({ pairing: "matched" });
  const drawn = balancedDraws({ coupling, n: 54, rng: rng(0) });
  const ladder = mixtureLadder({ b: wild, coupling, interpolant: linear(), draws: drawn, method: few });
  await expect(ladder).rejects.toThrow("The flow whose transport is measured did not reach t = 1: ");
});
