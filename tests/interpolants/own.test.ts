import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  linear,
  makeGamma,
  makeInterpolant,
  noLatent,
  ownGamma,
  ownSchedule,
  trigonometric,
} from "../../lib/interpolants";

const anywhere = fc.double({ min: 0, max: 1, noNaN: true });

describe("ownSchedule", () => {
  it("finds the derivatives of ordinary arithmetic to eleven digits, the ends included", () => {
    const own = ownSchedule({
      alpha: (t) => Math.cos((Math.PI / 2) * t),
      beta: (t) => Math.sin((Math.PI / 2) * t),
      gamma: ownGamma({ gamma: (t) => Math.sin(5 * Math.PI * t) * Math.exp(-t) }),
    });
    fc.assert(
      fc.property(anywhere, (t) => {
        const [here, exact] = [own.at(t), trigonometric().at(t)];
        expect(here.dAlpha).toBeCloseTo(exact.dAlpha, 11);
        expect(here.dBeta).toBeCloseTo(exact.dBeta, 11);
        const wave = 5 * Math.PI * t;
        expect(here.dGamma).toBeCloseTo(Math.exp(-t) * (5 * Math.PI * Math.cos(wave) - Math.sin(wave)), 9);
      }),
    );
  });

  it("finds whether they are convex", () => {
    expect(ownSchedule({ alpha: (t) => 1 - t ** 4, beta: (t) => t ** 4 }).convex).toBe(true);
    expect(ownSchedule({ alpha: (t) => 1 - t ** 4, beta: (t) => t ** 3 }).convex).toBe(false);
  });

  it("refuses wrong ends, values that are no numbers, and what is not smooth", () => {
    const beta = (t: number) => t;
    expect(() => ownSchedule({ name: "half", alpha: (t) => 1 - t / 2, beta })).toThrow(
      /alpha = 0, .* at t = 1 of the interpolant "half", but received alpha = 0.5/,
    );
    expect(() => ownSchedule({ alpha: (t) => Math.sqrt(-t), beta })).toThrow(/a finite number from alpha/);
    for (const rough of [
      (t: number) => Math.sqrt(1 - t),
      (t: number) => Math.min(1, 2 - 2 * t),
      (t: number) => (t < 0.5 ? 1 : 0),
      (t: number) => 1 - t + 0.1 * Math.sin(1000 * Math.PI * t),
    ]) {
      expect(() => ownSchedule({ alpha: rough, beta })).toThrow(/alpha .* is not smooth .* makeInterpolant/);
    }
  });
});

describe("ownGamma", () => {
  it("takes γ² where γ̇ is infinite at the ends: γγ̇ stays finite", () => {
    const bridge = ownGamma({ squared: (t) => 2 * t * (1 - t) });
    fc.assert(
      fc.property(anywhere, (t) => {
        expect(bridge.at(t).gammaDGamma).toBeCloseTo(1 - 2 * t, 12);
        expect(bridge.at(t).gamma).toBeCloseTo(Math.sqrt(2 * t * (1 - t)), 12);
      }),
    );
    expect(bridge.at(0)).toMatchObject({ gamma: 0, dGamma: Number.POSITIVE_INFINITY });
    expect(bridge.at(1)).toMatchObject({ gamma: 0, dGamma: Number.NEGATIVE_INFINITY });
  });

  it("finds the slope of γ at the ends where γ² is flat there", () => {
    const flat = ownGamma({ squared: (t) => (3 * Math.sin(Math.PI * t)) ** 2 });
    expect(flat.at(0).dGamma).toBeCloseTo(3 * Math.PI, 8);
    expect(flat.at(1).dGamma).toBeCloseTo(-3 * Math.PI, 8);
  });

  it("refuses γ with an infinite slope and says to give γ²", () => {
    expect(() => ownGamma({ gamma: (t) => Math.sqrt(t * (1 - t)) })).toThrow(/give γ² instead/);
  });

  it("refuses a γ that is not zero at the ends, or whose square is negative", () => {
    expect(() => ownGamma({ name: "on", gamma: () => 1 })).toThrow('γ = 0 at t = 0 of "on"');
    expect(() => ownGamma({ squared: (t) => t })).toThrow("γ = 0 at t = 1");
    expect(() => ownGamma({ squared: (t) => t * (1 - t) * (t - 0.5) })).toThrow("γ² above 0");
  });
});

it("a schedule and a γ from outside need a few lines each", () => {
  const cubic = makeInterpolant({
    name: "cubic",
    alphaBeta: (t) => {
      const beta = t * t * (3 - 2 * t);
      const dBeta = 6 * t * (1 - t);
      return { alpha: 1 - beta, beta, dAlpha: -dBeta, dBeta };
    },
    gamma: makeGamma({
      name: "t²(1−t)²",
      curve: (t) => ({ gamma: (t * (1 - t)) ** 2, dGamma: 2 * t * (1 - t) * (1 - 2 * t) }),
    }),
  });
  expect(cubic).toMatchObject({ name: "cubic + t²(1−t)² z", convex: true, hasLatent: true });
  expect(cubic.at(0.5)).toEqual({
    alpha: 0.5,
    beta: 0.5,
    dAlpha: -1.5,
    dBeta: 1.5,
    gamma: 1 / 16,
    dGamma: 0,
    gammaDGamma: 0,
  });
  expect(ownSchedule({ alpha: (t) => 1 - t, beta: (t) => t, gamma: noLatent }).at(0.25).dBeta).toBeCloseTo(
    linear().at(0.25).dBeta,
    12,
  );
});
