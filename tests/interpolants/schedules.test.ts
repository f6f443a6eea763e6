import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  brownian,
  type Interpolant,
  linear,
  makeInterpolant,
  noLatent,
  trigonometric,
} from "../../lib/interpolants";

const gammas = [noLatent, brownian(), brownian({ scale: 0.3 })];
const interpolants = gammas.flatMap((gamma) => [linear({ gamma }), trigonometric({ gamma })]);
const inside = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe.each(interpolants.map((interpolant) => ({ name: interpolant.name, interpolant })))(
  "$name",
  ({ interpolant }) => {
    const slope = (f: (c: ReturnType<Interpolant["at"]>) => number, t: number) =>
      (f(interpolant.at(t + 1e-5)) - f(interpolant.at(t - 1e-5))) / 2e-5;

    it("starts at x0 and ends at x1, exactly", () => {
      expect(interpolant.at(0)).toMatchObject({ alpha: 1, beta: 0, gamma: 0 });
      expect(interpolant.at(1)).toMatchObject({ alpha: 0, beta: 1, gamma: 0 });
    });

    it("has the derivatives of its schedules", () => {
      fc.assert(
        fc.property(inside, (t) => {
          const at = interpolant.at(t);
          expect(at.dAlpha).toBeCloseTo(
            slope((c) => c.alpha, t),
            5,
          );
          expect(at.dBeta).toBeCloseTo(
            slope((c) => c.beta, t),
            5,
          );
          expect(at.dGamma).toBeCloseTo(
            slope((c) => c.gamma, t),
            3,
          );
          expect(at.gammaDGamma).toBeCloseTo(
            slope((c) => c.gamma ** 2 / 2, t),
            5,
          );
        }),
      );
    });

    it("keeps α² + β² + γ² above 0 and γγ̇ finite everywhere", () => {
      for (const t of [0, 1e-12, 0.3, 0.5, 1 - 1e-12, 1]) {
        const { alpha, beta, gamma, gammaDGamma } = interpolant.at(t);
        expect(alpha ** 2 + beta ** 2 + gamma ** 2).toBeGreaterThan(0.4);
        expect(Number.isFinite(gammaDGamma)).toBe(true);
      }
    });

    it("says truly whether α + β = 1 and whether it has a latent", () => {
      const sum = interpolant.at(0.3).alpha + interpolant.at(0.3).beta;
      expect(interpolant.convex).toBe(Math.abs(sum - 1) < 1e-12);
      expect(interpolant.hasLatent).toBe(interpolant.at(0.3).gamma > 0);
    });

    it("refuses times outside [0, 1]", () => {
      for (const t of [-0.1, 1.1, Number.NaN]) expect(() => interpolant.at(t)).toThrow("a time from 0");
    });
  },
);

it("brownian() is the paper's √(2t(1−t))", () => {
  expect(brownian().at(0.5).gamma).toBeCloseTo(Math.SQRT1_2, 12);
  expect(brownian().at(0.1).gamma).toBeCloseTo(Math.sqrt(0.18), 12);
  expect(brownian({ scale: 0.5 }).at(0.5).gamma).toBeCloseTo(0.25, 12);
});

it("brownian refuses a scale of 0, below or infinite", () => {
  for (const scale of [0, -1, Number.POSITIVE_INFINITY])
    expect(() => brownian({ scale })).toThrow("scale above 0");
});

it("makeInterpolant refuses schedules with wrong ends", () => {
  const swapped = (t: number) => ({ alpha: t, beta: 1 - t, dAlpha: 1, dBeta: -1 });
  expect(() =>
    makeInterpolant({ name: "swapped", convex: true, alphaBeta: swapped, gamma: noLatent }),
  ).toThrow('at t = 0 of the interpolant "swapped"');
});
