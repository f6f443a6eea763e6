import { describe, expect, it } from "vitest";
import {
  encodingDecoding,
  follmer,
  linear,
  ownDiffusion,
  polynomial,
  sinSquared,
  wiener,
} from "../../lib/interpolants";

describe("wiener", () => {
  it("is a (1 − t) √t, with derivatives as differences have them", () => {
    const gamma = wiener({ scale: 0.7 });
    for (const t of [0.01, 0.2, 1 / 3, 0.5, 0.9]) {
      const h = 1e-6;
      const [before, after] = [gamma.at(t - h).gamma, gamma.at(t + h).gamma];
      expect(gamma.at(t).gamma).toBeCloseTo(0.7 * (1 - t) * Math.sqrt(t), 12);
      expect(gamma.at(t).dGamma).toBeCloseTo((after - before) / (2 * h), 5);
      expect(gamma.at(t).gammaDGamma).toBeCloseTo((after ** 2 - before ** 2) / (4 * h), 6);
    }
    expect(gamma.at(0).gamma).toBe(0);
    expect(gamma.at(0).gammaDGamma).toBeCloseTo(0.245, 12);
    expect(gamma.at(1).gamma).toBe(0);
    expect(() => wiener({ scale: 0 })).toThrow(/a scale above 0/);
  });
});

describe("diffusions from a point", () => {
  const scale = 0.6;
  it("ownDiffusion is σ²/2 with σ = a (1 − t)", () => {
    const own = ownDiffusion(linear({ gamma: wiener({ scale }) }));
    for (const t of [0, 0.3, 1]) expect(own(t)).toBeCloseTo((scale * (1 - t)) ** 2 / 2, 12);
  });

  it("follmer is half of |2tσ(β̇σ/β − σ̇) − σ²|: a²(1 − t)(3 − t)/2 for β = t², a²(1 − t²)/2 for t", () => {
    // The first is the example of Chen et al. (2024), g = a √((3 − t)(1 − t)).
    const squared = follmer(polynomial({ power: 2, gamma: wiener({ scale }) }));
    const straight = follmer(linear({ gamma: wiener({ scale }) }));
    for (const t of [0, 0.2, 0.7, 1]) {
      expect(squared(t)).toBeCloseTo((scale ** 2 * (1 - t) * (3 - t)) / 2, 6);
      expect(straight(t)).toBeCloseTo((scale ** 2 * (1 - t ** 2)) / 2, 6);
    }
  });

  it("follmer is refused where the data have no part in the interpolant yet", () => {
    const epsilon = follmer(encodingDecoding());
    for (const t of [0, 0.3, 0.5]) {
      expect(() => epsilon(t)).toThrow(
        "Expected an interpolant with β ≠ 0 between the ends for follmer, but received " +
          `"encoding-decoding + ${sinSquared().name}", where β = 0 at t = ${t}. Use linear`,
      );
    }
    // β = cos²(πt) and γ = sin²(πt): γ²β̇/β − γγ̇ = −2π sin³/cos (sin² + cos²).
    const [sin, cos] = [Math.sin(0.8 * Math.PI), Math.cos(0.8 * Math.PI)];
    expect(epsilon(0.8)).toBeCloseTo(Math.abs((2 * Math.PI * sin ** 3) / cos), 9);
  });
});
