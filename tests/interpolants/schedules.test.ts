import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bernstein,
  brownian,
  type Coefficients,
  encodingDecoding,
  type Gamma,
  type Interpolant,
  insideHole,
  linear,
  makeGamma,
  makeInterpolant,
  mirror,
  noLatent,
  oneSided,
  ownGamma,
  ownSchedule,
  parabola,
  polynomial,
  sigmoidBump,
  sinSquared,
  trigonometric,
  variancePreserving,
  wiener,
} from "../../lib/interpolants";

const gammas: Gamma[] = [
  noLatent,
  brownian(),
  brownian({ scale: 0.3 }),
  parabola(),
  sinSquared({ scale: 2 }),
  sigmoidBump(),
  sigmoidBump({ steepness: 4, scale: 0.5 }),
  ownGamma({ name: "own √", squared: (t) => t * (1 - t) ** 2 }),
  ownGamma({ name: "own sin", gamma: (t) => Math.sin(Math.PI * t) }),
  ownGamma({ name: "own square of a parabola", squared: (t) => (3 * t * (1 - t)) ** 2 }),
  bernstein({ beta: [], gamma: [2, 0.5, 4] }),
].map((part) => ("at" in part && "convex" in part ? gammaOf(part) : part));

/** The γ of an interpolant. */
function gammaOf({ name, at }: Interpolant): Gamma {
  return { name, zero: false, at };
}

interface Schedule {
  readonly of: (gamma: Gamma) => Interpolant;
  readonly convex: boolean;
  readonly latent?: "needed" | "none";
  /** α falls and β rises. */
  readonly monotone: boolean;
}
const schedules: Schedule[] = [
  { of: (gamma) => linear({ gamma }), convex: true, monotone: true },
  { of: (gamma) => trigonometric({ gamma }), convex: false, monotone: true },
  { of: (gamma) => variancePreserving({ gamma }), convex: false, monotone: true },
  { of: (gamma) => variancePreserving({ max: 2, gamma }), convex: false, monotone: true },
  { of: (gamma) => polynomial({ power: 2, gamma }), convex: true, monotone: true },
  { of: (gamma) => polynomial({ power: 3.5, gamma }), convex: true, monotone: true },
  { of: (gamma) => encodingDecoding({ gamma }), convex: false, monotone: false, latent: "needed" },
  { of: (gamma) => mirror({ gamma }), convex: true, monotone: true, latent: "needed" },
  { of: (gamma) => mirror({ gamma, dip: 1 }), convex: false, monotone: false, latent: "needed" },
  { of: (gamma) => oneSided(trigonometric({ gamma })), convex: false, monotone: true, latent: "none" },
  { of: () => oneSided(linear({ gamma: sinSquared() })), convex: false, monotone: false, latent: "none" },
  { of: () => oneSided(mirror({ gamma: parabola() })), convex: false, monotone: true, latent: "none" },
  {
    of: (gamma) =>
      ownSchedule({ gamma, alpha: (t) => (1 - t) ** 3, beta: (t) => Math.expm1(2 * t) / Math.expm1(2) }),
    convex: false,
    monotone: true,
  },
  {
    of: (gamma) => ownSchedule({ gamma, alpha: (t) => 1 - t * t, beta: (t) => t * t }),
    convex: true,
    monotone: true,
  },
  { of: () => bernstein({ beta: [0.1, 0.2, 0.9] }), convex: true, monotone: true, latent: "none" },
  {
    of: () => bernstein({ alpha: [0.9, 0.3], beta: [0.1, 0.2, 0.9], gamma: [1, 2] }),
    convex: false,
    monotone: true,
  },
];

const cases = schedules.map((schedule) => {
  const fitting = gammas.filter((gamma) =>
    schedule.latent === "none" ? gamma.zero : !(schedule.latent && gamma.zero),
  );
  const interpolants = fitting.map(schedule.of);
  return { ...schedule, interpolants, name: interpolants[0].name };
});
const inside = fc.double({ min: 0.01, max: 0.99, noNaN: true });

/** Richardson's difference, of fourth order. */
const slope = (f: (t: number) => number, t: number, h = 1e-4) =>
  (8 * (f(t + h) - f(t - h)) - (f(t + 2 * h) - f(t - 2 * h))) / (12 * h);

/** Checks something of every interpolant at random times. */
const everywhere = (
  interpolants: readonly Interpolant[],
  check: (interpolant: Interpolant, ...times: number[]) => void,
) =>
  fc.assert(
    fc.property(inside, inside, (s, t) => {
      for (const interpolant of interpolants) check(interpolant, s, t);
    }),
    { numRuns: 12 },
  );

describe.each(cases)("$name, with every γ", ({ interpolants, convex, monotone }) => {
  it("starts at x0 and ends at x1", () => {
    for (const { at } of interpolants) {
      for (const [t, alpha, beta] of [
        [0, 1, 0],
        [1, 0, 1],
      ]) {
        const end = at(t);
        expect(end.alpha).toBeCloseTo(alpha, 14);
        expect(end.beta).toBeCloseTo(beta, 14);
        expect(end.gamma).toBeCloseTo(0, 14);
      }
    }
  });

  it("has the derivatives of its schedules", () => {
    everywhere(interpolants, ({ name, at }, t) => {
      const here = at(t);
      const by = {
        dAlpha: slope((s) => at(s).alpha, t),
        dBeta: slope((s) => at(s).beta, t),
        dGamma: slope((s) => at(s).gamma, t),
        gammaDGamma: slope((s) => at(s).gamma ** 2 / 2, t),
      };
      for (const [key, value] of Object.entries(by)) {
        const off = Math.abs(here[key as keyof Coefficients] - value) / (1 + Math.abs(value));
        expect(off, `${key} of ${name}`).toBeLessThan(1e-6);
      }
    });
  });

  it("has one-sided derivatives at the ends, γ̇ infinite only where γγ̇ is not zero", () => {
    for (const { at } of interpolants) {
      for (const [end, h] of [
        [0, 1e-7],
        [1, -1e-7],
      ]) {
        const [here, near] = [at(end), at(end + h)];
        expect(here.dAlpha).toBeCloseTo((near.alpha - here.alpha) / h, 4);
        expect(here.dBeta).toBeCloseTo((near.beta - here.beta) / h, 4);
        expect(here.gammaDGamma).toBeCloseTo(near.gamma ** 2 / 2 / h, 4);
        if (Math.abs(here.gammaDGamma) > 1e-9)
          expect(here.dGamma).toBe(Math.sign(h) * Number.POSITIVE_INFINITY);
        else expect(here.dGamma).toBeCloseTo(near.gamma / h, 4);
      }
    }
  });

  it("keeps α² + β² + γ² above 0 and γγ̇ finite everywhere", () => {
    for (const { at } of interpolants) {
      for (const t of [0, 1e-12, 0.3, 0.5, 1 - 1e-12, 1]) {
        const { alpha, beta, gamma, gammaDGamma } = at(t);
        expect(alpha ** 2 + beta ** 2 + gamma ** 2).toBeGreaterThan(0.01);
        expect(Number.isFinite(gammaDGamma)).toBe(true);
      }
    }
  });

  it("says truly whether α + β = 1, and whether it has a latent", () => {
    for (const interpolant of interpolants) {
      expect(interpolant.convex).toBe(convex);
      expect(interpolant.hasLatent).toBe(interpolant.at(0.3).gamma > 0);
      expect(interpolant.insideHole).toBe(false);
    }
    everywhere(interpolants, ({ at }, t) => {
      const { alpha, beta, dAlpha, dBeta } = at(t);
      if (convex) expect(Math.abs(alpha + beta - 1)).toBeLessThan(1e-12);
      // A schedule may pass α + β = 1 on its way, but not with α̇ + β̇ = 0 as well.
      else expect(Math.abs(alpha + beta - 1) + Math.abs(dAlpha + dBeta)).toBeGreaterThan(1e-6);
    });
  });

  if (monotone) {
    it("lets x0 only fade and x1 only grow", () => {
      everywhere(interpolants, ({ at }, s, t) => {
        const [before, after] = [at(Math.min(s, t)), at(Math.max(s, t))];
        expect(after.alpha).toBeLessThanOrEqual(before.alpha + 1e-14);
        expect(after.beta).toBeGreaterThanOrEqual(before.beta - 1e-14);
      });
    });
  }

  it("refuses times outside [0, 1]", () => {
    for (const { at } of interpolants) {
      for (const t of [-0.1, 1.1, Number.NaN]) expect(() => at(t)).toThrow("a time from 0");
    }
  });
});

describe("formulas", () => {
  it("brownian() is the paper's √(2t(1−t))", () => {
    expect(brownian().at(0.5).gamma).toBeCloseTo(Math.SQRT1_2, 12);
    expect(brownian().at(0.1).gamma).toBeCloseTo(Math.sqrt(0.18), 12);
    expect(brownian({ scale: 0.5 }).at(0.5).gamma).toBeCloseTo(0.25, 12);
  });

  it("parabola(), sinSquared() and sigmoidBump() are as published", () => {
    fc.assert(
      fc.property(inside, (t) => {
        expect(parabola({ scale: 3 }).at(t).gamma).toBeCloseTo(3 * (t - t * t), 12);
        expect(sinSquared().at(t).gamma).toBeCloseTo((1 - Math.cos(2 * Math.PI * t)) / 2, 12);
        // σ(x) = (1 + tanh(x/2)) / 2; f = 10.
        const sigma = (x: number) => (1 + Math.tanh(x / 2)) / 2;
        const published = sigma(10 * (t - 0.5) + 1) - sigma(10 * (t - 0.5) - 1) - sigma(-4) + sigma(-6);
        expect(sigmoidBump().at(t).gamma).toBeCloseTo(published, 12);
      }),
    );
  });

  it("trigonometric and variance-preserving schedules keep α² + β² = 1", () => {
    fc.assert(
      fc.property(inside, (t) => {
        for (const interpolant of [trigonometric(), variancePreserving(), variancePreserving({ max: 3 })]) {
          const { alpha, beta } = interpolant.at(t);
          expect(alpha ** 2 + beta ** 2).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it("variancePreserving is the diffusion's path but for what was 0.7 % of the data at t = 0", () => {
    for (const t of [0.2, 0.5, 0.8]) {
      const diffusion = Math.exp(-0.25 * (1 - t) ** 2 * 20);
      expect(Math.abs(variancePreserving().at(t).beta - diffusion)).toBeLessThan(0.007);
    }
  });

  it("polynomial is 1 − tⁿ and tⁿ, and linear for n = 1", () => {
    fc.assert(
      fc.property(inside, fc.double({ min: 1, max: 6, noNaN: true }), (t, power) => {
        const { alpha, beta } = polynomial({ power }).at(t);
        expect(alpha).toBeCloseTo(1 - Math.exp(power * Math.log(t)), 12);
        expect(beta).toBeCloseTo(Math.exp(power * Math.log(t)), 12);
        expect(polynomial({ power: 1 }).at(t)).toEqual({ ...linear().at(t), alpha: 1 - t, dAlpha: -1 });
      }),
    );
  });

  it("encodingDecoding forgets x0 before x1 appears, and is the latent alone at t = ½", () => {
    fc.assert(
      fc.property(inside, (t) => {
        const { alpha, beta, gamma } = encodingDecoding().at(t);
        expect(alpha * beta).toBe(0);
        // cos² + sin² = 1.
        expect(alpha + beta + gamma).toBeCloseTo(1, 12);
      }),
    );
    expect(encodingDecoding().at(0.5)).toMatchObject({ alpha: 0, beta: 0, gamma: 1 });
  });

  it("mirror's coefficients sum to κ_t = 1 − dip sin²(πt)", () => {
    fc.assert(
      fc.property(inside, fc.double({ min: 0, max: 1, noNaN: true }), (t, dip) => {
        const { alpha, beta, dAlpha, dBeta } = mirror({ dip }).at(t);
        expect(alpha + beta).toBeCloseTo(1 - (dip * (1 - Math.cos(2 * Math.PI * t))) / 2, 12);
        expect(dAlpha + dBeta).toBeCloseTo(-dip * Math.PI * Math.sin(2 * Math.PI * t), 12);
      }),
    );
  });

  it("insideHole changes the flag and the name alone", () => {
    const base = trigonometric({ gamma: brownian() });
    const wrapped = insideHole(base);
    expect(wrapped).toEqual({ ...base, name: `${base.name} inside the hole`, insideHole: true });
    expect(Object.isFrozen(wrapped)).toBe(true);
  });
});

describe("errors", () => {
  it("a scale, power, steepness, rate or dip out of range", () => {
    for (const scale of [0, -1, Number.POSITIVE_INFINITY, Number.NaN]) {
      for (const gamma of [brownian, parabola, sinSquared, sigmoidBump]) {
        expect(() => gamma({ scale })).toThrow("scale above 0");
      }
    }
    for (const steepness of [0, -1, Number.NaN])
      expect(() => sigmoidBump({ steepness })).toThrow("steepness above 0");
    for (const power of [0.5, -1, Number.NaN])
      expect(() => polynomial({ power })).toThrow("a power of 1 or more");
    for (const max of [0, Number.NaN]) expect(() => variancePreserving({ max })).toThrow("above 0");
    for (const dip of [-0.1, 1.1, Number.NaN]) expect(() => mirror({ dip })).toThrow("a dip from 0 to 1");
    expect(() => mirror({ gamma: noLatent })).toThrow("γ that is not zero");
  });

  it("wrong ends", () => {
    const swapped = (t: number) => ({ alpha: t, beta: 1 - t, dAlpha: 1, dBeta: -1 });
    expect(() => makeInterpolant({ name: "swapped", alphaBeta: swapped, gamma: noLatent })).toThrow(
      'at t = 0 of the interpolant "swapped"',
    );
  });

  it("an infinite α̇, as of √(1 − t²), and of a base that absorbs √(t(1−t))", () => {
    const alphaBeta = (t: number) => {
      const alpha = Math.sqrt(1 - t * t);
      return { alpha, beta: t, dAlpha: -t / alpha, dBeta: 1 };
    };
    expect(() => makeInterpolant({ name: "steep", alphaBeta, gamma: noLatent })).toThrow(
      /α̇ finite .* -Infinity at t = 1/,
    );
    expect(() => oneSided(linear({ gamma: brownian() }))).toThrow(/α̇ finite/);
  });

  it("α = β = γ = 0 on the way", () => {
    expect(() => encodingDecoding({ gamma: noLatent })).toThrow("α = β = γ = 0 at t = 0.5");
  });

  it("a derivative that is not the curve's, at the first time that shows it", () => {
    const line = { beta: (t: number) => t, dBeta: () => 1 };
    const made =
      (part: Partial<Record<"alpha" | "dAlpha" | "beta" | "dBeta", (t: number) => number>>) => () =>
        makeInterpolant({
          name: "mine",
          alphaBeta(t) {
            const { alpha, beta, dAlpha, dBeta } = {
              ...{ alpha: (t: number) => 1 - t ** 2, dAlpha: (t: number) => -2 * t, ...line },
              ...part,
            };
            return { alpha: alpha(t), beta: beta(t), dAlpha: dAlpha(t), dBeta: dBeta(t) };
          },
          gamma: noLatent,
        });
    expect(made({})).not.toThrow();
    expect(made({ dAlpha: (t) => 2 * t })).toThrow(
      'Expected dAlpha = -1 at t = 0.5 of the interpolant "mine", as differences of alpha say, but ' +
        "received 1. Correct its formula, or use ownSchedule, which needs none.",
    );
    expect(made({ dBeta: () => 1.01 })).toThrow(/dBeta = 1 at t = 0.5 .* received 1.01/);
    expect(made({ beta: (t) => t ** 3, dBeta: (t) => 3 * t })).toThrow(/dBeta = 0.75 at t = 0.5 .* 1.5/);
    // A faulty stretch of a sixteenth of [0, 1] is found.
    expect(made({ dBeta: (t) => (t > 0.2 && t < 0.2625 ? 0 : 1) })).toThrow(/dBeta = 1 at t = 0.2/);
    expect(made({ dBeta: (t) => (t === 0.5 ? Number.NaN : 1) })).toThrow("NaN at t = 0.5");
  });

  it("a derivative that is not γ's, or γ²'s", () => {
    const curve = (t: number) => ({ gamma: t * (1 - t), dGamma: 7 });
    expect(() => makeGamma({ name: "seven", curve })).toThrow(
      'Expected dGamma = 0 at t = 0.5 of the curve "seven", as differences of gamma say, but received 7. ' +
        "Correct its formula, or use ownGamma, which needs none.",
    );
    const tiny = (t: number) => ({ gamma: 1e-6 * t * (1 - t), dGamma: 1e-6 });
    expect(() => makeGamma({ name: "tiny", curve: tiny })).toThrow("but received 0.000001");
    const { at } = brownian();
    const wrong = (part: (t: number) => Partial<ReturnType<typeof at>>) => () =>
      linear({ gamma: { name: "wrong", zero: false, at: (t) => ({ ...at(t), ...part(t) }) } });
    expect(wrong(() => ({}))).not.toThrow();
    expect(wrong((t) => ({ dGamma: -at(t).dGamma }))).toThrow(/dGamma = .* of the interpolant "linear"/);
    expect(wrong((t) => ({ gammaDGamma: at(t).gamma * at(t).gammaDGamma }))).toThrow(/gammaDGamma = /);
  });

  it("and no derivative that is the curve's: at steep ends, in steep middles, at kinks, in float32", () => {
    for (const scale of [1e-9, 1, 1e6]) {
      for (const gamma of [brownian, parabola, sinSquared, wiener]) {
        expect(() => linear({ gamma: gamma({ scale }) })).not.toThrow();
      }
      for (const steepness of [0.01, 1, 30, 300, 3e3, 3e4, 1e6]) {
        expect(() => linear({ gamma: sigmoidBump({ steepness, scale }) })).not.toThrow();
      }
    }
    for (const power of [1, 1.0001, 2, 50, 1e4]) expect(() => polynomial({ power })).not.toThrow();
    for (const max of [1e-6, 1, 1e3, 1e6]) expect(() => variancePreserving({ max })).not.toThrow();
    for (const dip of [0, 0.5, 1]) expect(() => mirror({ dip })).not.toThrow();
    expect(() =>
      linear({ gamma: ownGamma({ squared: (t) => (t * (1 - t) * (t - 0.5)) ** 2 }) }),
    ).not.toThrow();
    const kinked = (t: number) => {
      const first = t < 0.5;
      return {
        alpha: first ? 1 - 2 * t : 0,
        beta: first ? 0 : 2 * t - 1,
        dAlpha: first ? -2 : 0,
        dBeta: first ? 0 : 2,
      };
    };
    expect(() => makeInterpolant({ name: "kinked", alphaBeta: kinked, gamma: sinSquared() })).not.toThrow();
    const coarse = (t: number) => {
      const [a, b] = [Math.fround(Math.cos((Math.PI / 2) * t)), Math.fround(Math.sin((Math.PI / 2) * t))];
      const ends = { 0: [1, 0], 1: [0, 1] }[t];
      const [alpha, beta] = ends ?? [a, b];
      return { alpha, beta, dAlpha: (-Math.PI / 2) * beta, dBeta: (Math.PI / 2) * alpha };
    };
    expect(() => makeInterpolant({ name: "coarse", alphaBeta: coarse, gamma: noLatent })).not.toThrow();
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 31 }),
        fc.array(fc.double({ min: 1e-3, max: 30, noNaN: true }), { minLength: 2, maxLength: 32 }),
        (beta, gamma) => {
          expect(() => bernstein({ beta, gamma })).not.toThrow();
        },
      ),
      { numRuns: 50, seed: 1 },
    );
  });
});
