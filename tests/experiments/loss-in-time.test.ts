import { describe, expect, it } from "vitest";
import { balancedDraws, gaussianMixture, threeModes } from "../../lib/couplings";
import { lossInTime } from "../../lib/experiments";
import { exactFlow } from "../../lib/fields";
import { linear, parabola, trigonometric } from "../../lib/interpolants";
import { mixtureLadder } from "../../lib/metrics";
import { rng } from "../../lib/random";
import { dopri5 } from "../../lib/samplers";

describe("lossInTime", () => {
  it("is the conditional variance of İ_t for the exact velocity of a Gaussian", async () => {
    // x0 ~ N(0, 1), x1 ~ N(0, v): Var(İ | I) = ((α̇β − αβ̇)² v + γ̇-terms) / Var I by the normal regression.
    const v = 4;
    const component = { weight: 1, mean0: [0], mean1: [0], cov00: [[1]], cov11: [[v]] };
    const coupling = gaussianMixture({ components: [component] });
    const pairs = coupling.draw(coupling.targets(6_000, rng(0)), rng(1));
    for (const interpolant of [linear(), trigonometric(), linear({ gamma: parabola({ scale: 2 }) })]) {
      const b = exactFlow({ coupling, interpolant }).velocity;
      for (const { t, value, standardError } of await lossInTime({
        ...{ b, pairs, interpolant, rng: rng(2) },
        times: [0.2, 0.5, 0.7],
      })) {
        const { alpha, beta, gamma, dAlpha, dBeta, dGamma } = interpolant.at(t);
        const position = alpha ** 2 + beta ** 2 * v + gamma ** 2;
        const velocity = dAlpha ** 2 + dBeta ** 2 * v + dGamma ** 2;
        const both = dAlpha * alpha + dBeta * beta * v + dGamma * gamma;
        expect(Math.abs(value - (velocity - both ** 2 / position))).toBeLessThan(4 * standardError);
        expect(standardError).toBeLessThan(0.04 * value + 1e-6);
      }
    }
  });

  it("integrates to the bound less the action, summed over the elements of a sample", async () => {
    const coupling = threeModes({ pairing: "independent" });
    const interpolant = linear();
    const b = exactFlow({ coupling, interpolant }).velocity;
    const draws = balancedDraws({ coupling, n: 1080, rng: rng(0) });
    const times = Array.from({ length: 25 }, (_, k) => (k + 0.5) / 25);
    const losses = await lossInTime({ b, pairs: draws.pairs, interpolant, times, rng: rng(1) });
    const ladder = await mixtureLadder({
      ...{ b, coupling, interpolant, draws },
      method: dopri5({ rtol: 1e-3, atol: 1e-3 }),
    });
    const integral = losses.reduce((sum, { value }) => sum + value / times.length, 0);
    expect(Math.abs(integral - (ladder.bound - ladder.action.value))).toBeLessThan(0.5);
  });

  it("compares with a field in place of İ_t where one is given", async () => {
    const coupling = threeModes({ pairing: "independent" });
    const interpolant = linear({ gamma: parabola() });
    const b = exactFlow({ coupling, interpolant }).velocity;
    const pairs = coupling.draw(coupling.targets(10, rng(0)), rng(1));
    const off = (at: Parameters<typeof b>[0]) => {
      const value = b(at);
      return { ...value, data: value.data.map((number) => number + 0.5) };
    };
    for (const { value } of await lossInTime({
      ...{ b: off, truth: b, pairs, interpolant, rng: rng(2) },
      times: [0.1, 0.6],
    })) {
      expect(value).toBeCloseTo(2 * 0.25, 5);
    }
  });

  it("wants times", async () => {
    const coupling = threeModes({ pairing: "matched" });
    const pairs = coupling.draw(coupling.targets(3, rng(0)), rng(1));
    const options = { b: ({ x }: { x: (typeof pairs)["x0"] }) => x, pairs, interpolant: linear(), times: [] };
    await expect(lossInTime({ ...options, rng: rng(2) })).rejects.toThrow(/time/);
  });
});
