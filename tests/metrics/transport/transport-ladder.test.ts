import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { inpainting, threeModes, tiles } from "../../../lib/couplings";
import { exactFlow } from "../../../lib/fields/exact-flow";
import { brownian, type Gamma, insideHole, linear, ownGamma, trigonometric } from "../../../lib/interpolants";
import { pathBound } from "../../../lib/metrics/transport/path-bound";
import { transportCost, transportLadder } from "../../../lib/metrics/transport/transport-ladder";
import { rng } from "../../../lib/random";
import { dopri5, rk4 } from "../../../lib/samplers";

/** γ = t(1 − t), for which ∫γ̇² dt = 1/3. */
const parabola: Gamma = {
  name: "t(1−t)",
  zero: false,
  at: (t) => ({ gamma: t * (1 - t), dGamma: 1 - 2 * t, gammaDGamma: t * (1 - t) * (1 - 2 * t) }),
};
const draws = (seed: number, n = 50, d = 3) => ({
  x0: rng(seed).normals([n, d]),
  x1: rng(seed + 1).normals([n, d]),
});

/** Too fast for an adaptive method of few steps. */
const wild = ({ x, t }: { x: NdArray; t: number }) =>
  ndarray(
    x.shape,
    x.data.map(() => 1e4 * Math.sin(1e6 * t)),
  );
const few = dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 5 });

describe("transportCost", () => {
  it("is the mean of squared distances, with its standard error", () => {
    const x0 = ndarray([3, 2], [0, 0, 1, 1, 2, 2]);
    const x1 = ndarray([3, 2], [3, 4, 1, 1, 2, 5]);
    // 25, 0, 9
    const { value, standardError } = transportCost(x0, x1);
    expect(value).toBeCloseTo(34 / 3, 12);
    expect(standardError).toBeCloseTo(Math.sqrt((25 ** 2 + 81 - 34 ** 2 / 3) / 2 / 3), 12);
    expect(() => transportCost(x0, ndarray([1, 2], [0, 0]))).toThrow("x1, like x0,");
  });
});

describe("pathBound", () => {
  const moments = ({ x0, x1 }: ReturnType<typeof draws>) => {
    const n = x0.shape[0];
    const mean = (f: (a: number, b: number) => number) =>
      Array.from(x0.data).reduce((sum, a, e) => sum + f(a, x1.data[e]), 0) / n;
    return { aa: mean((a) => a * a), ab: mean((a, b) => a * b), bb: mean((_, b) => b * b) };
  };

  it("is E|x1 − x0|² for the linear interpolant", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const pairs = draws(seed);
        const bound = pathBound({ pairs, interpolant: linear() });
        const cost = transportCost(pairs.x0, pairs.x1);
        expect(bound.value).toBeCloseTo(cost.value, 9);
        expect(bound.standardError).toBeCloseTo(cost.standardError, 9);
      }),
    );
  });

  it("is π²/8 (E|x0|² + E|x1|²) − π/2 E x0·x1 for the trigonometric one", () => {
    const pairs = draws(1);
    const { aa, ab, bb } = moments(pairs);
    const exact = (Math.PI ** 2 / 8) * (aa + bb) - (Math.PI / 2) * ab;
    expect(pathBound({ pairs, interpolant: trigonometric() }).value).toBeCloseTo(exact, 9);
  });

  it("adds d ∫γ̇² dt for a latent, only in the hole where there is a mask", () => {
    const pairs = draws(2);
    const interpolant = linear({ gamma: parabola });
    const bare = pathBound({ pairs, interpolant: linear() }).value;
    expect(pathBound({ pairs, interpolant }).value).toBeCloseTo(bare + 3 / 3, 9);
    const keep = ndarray(
      [50, 3],
      Float32Array.from({ length: 150 }, (_, e) => (e % 3 === 0 ? 1 : 0)),
    );
    expect(pathBound({ pairs: { ...pairs, xi: { keep } }, interpolant }).value).toBeCloseTo(bare + 2 / 3, 9);
  });

  it("is infinite for γ = √(2t(1−t)), not whatever a sum over times happens to give", () => {
    const bound = pathBound({ pairs: draws(3), interpolant: linear({ gamma: brownian() }) });
    expect(bound).toEqual({ value: Number.POSITIVE_INFINITY, standardError: 0 });
  });

  it("counts only the hole for in-painting: known pixels do not move", () => {
    const x = rng(1).normals([20, 8, 8, 2]);
    const pairs = inpainting({ mask: tiles({ p: 0 }) }).draw({ x }, rng(2));
    expect(pathBound({ pairs, interpolant: linear() }).value).toBe(0);
    expect(pathBound({ pairs, interpolant: trigonometric() }).value).toBeGreaterThan(1);
    expect(pathBound({ pairs, interpolant: insideHole(trigonometric()) }).value).toBe(0);
  });

  it("is finite for a γ of one's own with a finite slope, given by itself or by its square", () => {
    const pairs = draws(4);
    const bare = pathBound({ pairs, interpolant: linear() }).value;
    for (const gamma of [
      ownGamma({ gamma: (t) => Math.sin(Math.PI * t) }),
      ownGamma({ squared: (t) => Math.sin(Math.PI * t) ** 2 }),
    ]) {
      const { value } = pathBound({ pairs, interpolant: linear({ gamma }) });
      expect(value).toBeCloseTo(bare + (3 * Math.PI ** 2) / 2, 9);
    }
  });
});

describe("transportLadder", () => {
  // Measured with another implementation on draws of its own.
  const table = {
    matched: { cost: 44.6, action: 44.7, bound: 45.4 },
    independent: { cost: 47.0, action: 57.1, bound: 63.3 },
    shifted: { cost: 53.3, action: 69.8, bound: 72.4 },
  };

  it.each(["matched", "independent", "shifted"] as const)(
    "%s: cost ≤ action ≤ bound, as tabled",
    async (pairing) => {
      const coupling = threeModes({ pairing });
      const interpolant = linear();
      const source = rng(11);
      const pairs = coupling.draw(coupling.targets(3000, source), source);
      const b = exactFlow({ coupling, interpolant }).velocity;
      const ladder = await transportLadder({ b, pairs, interpolant, method: rk4({ steps: 40 }) });
      expect(ladder.cost.value).toBeLessThanOrEqual(ladder.action.value);
      expect(ladder.action.value).toBeLessThanOrEqual(ladder.bound.value + 3 * ladder.bound.standardError);
      for (const side of ["cost", "action", "bound"] as const) {
        const { value, standardError } = ladder[side];
        // Both were drawn at random, the tabled ones with an error that is not known but about as large.
        expect(Math.abs(value - table[pairing][side])).toBeLessThan(4 * Math.SQRT2 * standardError);
      }
      expect(ladder.action.value).toBeCloseTo(ladder.solution.action, 9);
    },
  );

  it("has cost ≤ action for each sample, whatever the field (Cauchy and Schwarz)", async () => {
    const pairs = { ...draws(4, 40, 2), xi: {} };
    const { solution } = await transportLadder({
      b: ({ x, t }) => ({ shape: x.shape, data: x.data.map((value, e) => Math.sin(7 * t + e) - value * t) }),
      pairs,
      interpolant: linear(),
      method: rk4({ steps: 50 }),
    });
    for (let i = 0; i < 40; i++) {
      let cost = 0;
      for (const e of [2 * i, 2 * i + 1]) cost += (solution.x.data[e] - pairs.x0.data[e]) ** 2;
      expect(cost).toBeLessThanOrEqual(solution.actions[i] * (1 + 1e-5));
    }
  });
});

it("has no ladder of a flow that doesn't arrive", async () => {
  const options = { b: wild, pairs: { ...draws(1), xi: {} }, interpolant: linear() };
  await expect(transportLadder({ ...options, method: few })).rejects.toThrow(
    /^The flow whose transport is measured did not reach t = 1: Samples 0 to 49: stopped at t = 0.* Use a method with fixed steps\.$/,
  );
});
