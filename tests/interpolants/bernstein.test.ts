import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bernstein, linear } from "../../lib/interpolants";

const coefficient = fc.double({ min: -3, max: 3, noNaN: true });
const positive = fc.double({ min: 0.01, max: 5, noNaN: true });
const inside = fc.double({ min: 0, max: 1, noNaN: true });

describe("bernstein", () => {
  it("keeps the boundary conditions for any coefficients", () => {
    fc.assert(
      fc.property(
        fc.array(coefficient, { maxLength: 6 }),
        fc.array(coefficient, { maxLength: 6 }),
        fc.array(positive, { minLength: 1, maxLength: 6 }),
        (alpha, beta, gamma) => {
          const { at } = bernstein({ alpha, beta, gamma });
          expect(at(0)).toMatchObject({ alpha: 1, beta: 0, gamma: 0, gammaDGamma: gamma[0] / 2 });
          expect(at(1)).toMatchObject({ alpha: 0, beta: 1, gamma: 0 });
          expect(at(1).gammaDGamma).toBeCloseTo(-gamma[gamma.length - 1] / 2, 12);
        },
      ),
    );
  });

  it("is Σ C(n, k) tᵏ (1−t)ⁿ⁻ᵏ c_k, here of third degree", () => {
    fc.assert(
      fc.property(coefficient, coefficient, positive, positive, inside, (a, b, p, q, t) => {
        const { alpha, beta, gamma } = bernstein({ alpha: [a, b], beta: [b, a], gamma: [p, q] }).at(t);
        const [first, second] = [3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t)];
        expect(alpha).toBeCloseTo((1 - t) ** 3 + a * first + b * second, 10);
        expect(beta).toBeCloseTo(b * first + a * second + t ** 3, 10);
        expect(gamma ** 2).toBeCloseTo(t * (1 - t) * ((1 - t) * p + t * q), 10);
      }),
    );
  });

  it("is linear without coefficients, or with those of a straight line, and convex without alpha", () => {
    fc.assert(
      fc.property(inside, fc.array(coefficient, { maxLength: 6 }), (t, beta) => {
        for (const straight of [bernstein({ beta: [] }), bernstein({ beta: [0.25, 0.5, 0.75] })]) {
          const [here, exact] = [straight.at(t), linear().at(t)];
          expect(here.beta).toBeCloseTo(exact.beta, 12);
          expect(here.dBeta).toBeCloseTo(1, 12);
        }
        expect(bernstein({ beta }).convex).toBe(true);
      }),
    );
  });

  it("refuses coefficients that are not finite, and a γ² that is not positive", () => {
    expect(() => bernstein({ beta: [Number.NaN] })).toThrow("finite coefficients of beta");
    expect(() => bernstein({ alpha: [Number.POSITIVE_INFINITY], beta: [] })).toThrow("of alpha");
    for (const gamma of [[], [0], [1, -1]]) {
      expect(() => bernstein({ beta: [], gamma })).toThrow("each above 0");
    }
  });
});
