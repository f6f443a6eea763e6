import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { gaussianMixture } from "../../lib/couplings";
import { exactFlow } from "../../lib/fields";
import {
  brownian,
  insideHole,
  interpolate,
  linear,
  mirror,
  oneSided,
  parabola,
  polynomial,
  sinSquared,
} from "../../lib/interpolants";
import { rng } from "../../lib/random";

const inside = fc.double({ min: 0.02, max: 0.98, noNaN: true });
const place = fc.double({ min: -3, max: 3, noNaN: true });
const at = (x: number, t: number) => ({ x: ndarray([1, 1], Float64Array.of(x)), t, xi: {} });

describe("mirror", () => {
  // x0 = x1 ~ N(2, 0.49), so that I_t = κ x1 + γ z is N(2κ, 0.49 κ² + γ²).
  const cov = [[0.49]];
  const same = gaussianMixture({
    components: [{ weight: 1, mean0: [2], mean1: [2], cov00: cov, cov01: cov, cov11: cov }],
  });

  it("moves by its latent alone: b = γ̇ g, where the dip is zero", () => {
    fc.assert(
      fc.property(inside, place, (t, x) => {
        const interpolant = mirror();
        const flow = exactFlow({ coupling: same, interpolant });
        const { gamma, dGamma } = interpolant.at(t);
        const g = (gamma * (x - 2)) / (0.49 + gamma ** 2);
        expect(flow.denoiser(at(x, t)).data[0]).toBeCloseTo(g, 9);
        expect(flow.velocity(at(x, t)).data[0]).toBeCloseTo(dGamma * g, 9);
      }),
    );
  });

  it("has the law of κ x1 + γ z, and comes back to the data's at t = 1", () => {
    const flow = exactFlow({
      coupling: same,
      interpolant: mirror({ dip: 0.8, gamma: parabola({ scale: 3 }) }),
    });
    fc.assert(
      fc.property(inside, place, (t, x) => {
        const kappa = 1 - 0.8 * Math.sin(Math.PI * t) ** 2;
        const variance = 0.49 * kappa ** 2 + (3 * t * (1 - t)) ** 2;
        const log = -((x - 2 * kappa) ** 2) / (2 * variance) - Math.log(2 * Math.PI * variance) / 2;
        expect(flow.logDensity(at(x, t))[0]).toBeCloseTo(log, 8);
        const ends = [0, 1].map((end) => flow.logDensity(at(x, end))[0]);
        expect(ends[0]).toBeCloseTo(ends[1], 10);
      }),
    );
  });
});

describe("oneSided", () => {
  const coupling = gaussianMixture({
    components: [-2, 3].map((mean) => ({
      weight: 1,
      mean0: [0],
      cov00: [[1]],
      mean1: [mean],
      cov11: [[0.3]],
    })),
  });

  it("has the law and the velocity of the interpolant whose latent it absorbed, for a Gaussian base", () => {
    for (const interpolant of [
      linear({ gamma: parabola({ scale: 2 }) }),
      polynomial({ power: 2, gamma: sinSquared() }),
      linear(),
    ]) {
      const one = oneSided(interpolant);
      expect(one).toMatchObject({ name: `one-sided ${interpolant.name}`, hasLatent: false });
      const [folded, whole] = [one, interpolant].map((each) => exactFlow({ coupling, interpolant: each }));
      fc.assert(
        fc.property(inside, place, (t, x) => {
          expect(folded.logDensity(at(x, t))[0]).toBeCloseTo(whole.logDensity(at(x, t))[0], 9);
          expect(folded.velocity(at(x, t)).data[0]).toBeCloseTo(whole.velocity(at(x, t)).data[0], 8);
        }),
      );
    }
  });

  it("stays inside the hole, where the schedule it is made of does", () => {
    const inner = polynomial({ power: 2, gamma: parabola() });
    const one = oneSided(insideHole(inner));
    expect(one).toMatchObject({ insideHole: true, hasLatent: false });
    expect(oneSided(insideHole(linear())).insideHole).toBe(true);
    expect(oneSided(inner).insideHole).toBe(false);
    const pairs = { x0: rng(1).normals([4, 3]), x1: rng(2).normals([4, 3]) };
    const keep = ndarray(
      [4, 3],
      Float32Array.from({ length: 12 }, (_, e) => Number(e % 3 === 1)),
    );
    const t = Float64Array.of(0.1, 0.4, 0.7, 0.9);
    const { xt, dxt } = interpolate({ interpolant: one, pairs, t, keep });
    for (let e = 0; e < 12; e++) {
      const time = t[Math.floor(e / 3)];
      const [x0, x1] = [pairs.x0.data[e], pairs.x1.data[e]];
      // α = 1 − t², β = t², γ = t(1 − t).
      const a = (s: number) => Math.sqrt((1 - s ** 2) ** 2 + (s * (1 - s)) ** 2);
      const slope = (a(time + 1e-5) - a(time - 1e-5)) / 2e-5;
      const known = e % 3 === 1;
      expect(xt.data[e]).toBeCloseTo(known ? x1 : a(time) * x0 + time ** 2 * x1, 5);
      expect(dxt.data[e]).toBeCloseTo(known ? 0 : slope * x0 + 2 * time * x1, 5);
    }
  });

  it("keeps the slope of √(α² + γ²) at the data, and refuses where that is infinite", () => {
    // α̇ = −1 and γ̇ = −2 at t = 1.
    expect(oneSided(linear({ gamma: parabola({ scale: 2 }) })).at(1).dAlpha).toBeCloseTo(-Math.sqrt(5), 12);
    expect(() => oneSided(linear({ gamma: brownian() }))).toThrow("α̇ finite");
  });
});
