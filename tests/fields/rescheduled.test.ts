import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { atBase, gaussianMixture, threeModes } from "../../lib/couplings";
import { exactFlow, rescheduled } from "../../lib/fields";
import {
  brownian,
  encodingDecoding,
  linear,
  oneSided,
  parabola,
  polynomial,
  trigonometric,
  variancePreserving,
} from "../../lib/interpolants";
import { rng } from "../../lib/random";
import { rk4, solveOde } from "../../lib/samplers";

const coupling = threeModes({ pairing: "independent" });
const times = [0, 0.1, 0.35, 0.5, 0.8, 1];
const exact = (interpolant: ReturnType<typeof linear>) => exactFlow({ coupling, interpolant }).velocity;
const x = ndarray([4, 2], Float64Array.of(-6, 4, -1, 0.5, 2, -3, 4, 0.1));

describe("rescheduled", () => {
  const schedules = [linear(), trigonometric(), variancePreserving(), polynomial({ power: 2 })];
  const sources = schedules.slice(0, 3);

  it.each(sources.flatMap((from) => schedules.map((to) => [from.name, to.name, from, to] as const)))(
    "makes the exact velocity of one schedule from that of another: %s to %s",
    async (_, __, from, to) => {
      const b = rescheduled(exact(from), { from, to });
      for (const t of times) {
        const wanted = exact(to)({ x, t, xi: {} }).data;
        const { data } = await b({ x, t, xi: {} });
        data.forEach((value, e) => {
          expect(Math.abs(value - wanted[e])).toBeLessThan(1e-7 * (1 + Math.abs(wanted[e])));
        });
      }
    },
  );

  it("takes every start to the same end", async () => {
    const { x0, xi } = coupling.draw(coupling.targets(30, rng(0)), rng(1));
    const start = atBase({ x0: ndarray(x0.shape, Float64Array.from(x0.data)), xi });
    const method = rk4({ steps: 400 });
    const to = trigonometric();
    const straight = await solveOde(exact(linear()), start, { method });
    const other = await solveOde(rescheduled(exact(linear()), { from: linear(), to }), start, { method });
    other.x.data.forEach((value, e) => {
      expect(Math.abs(value - straight.x.data[e])).toBeLessThan(2e-4);
    });
  });

  it("covers a latent, for a Gaussian base, by the one-sided interpolant", async () => {
    const unit = [
      [1, 0],
      [0, 1],
    ];
    const [mean0, cov00, cov11] = [[0, 0], unit, unit.map((row) => row.map((value) => value / 9))];
    const components = [-2, 3].map((at) => ({ weight: 1, mean0, mean1: [at, 1], cov00, cov11 }));
    const gaussian = gaussianMixture({ components });
    const latent = linear({ gamma: parabola({ scale: 3 }) });
    const from = exactFlow({ coupling: gaussian, interpolant: linear() }).velocity;
    const wanted = exactFlow({ coupling: gaussian, interpolant: latent }).velocity;
    const b = rescheduled(from, { from: linear(), to: oneSided(latent) });
    for (const t of [0.1, 0.5, 0.9]) {
      const { data } = await b({ x, t, xi: {} });
      wanted({ x, t, xi: {} }).data.forEach((value, e) => {
        expect(data[e]).toBeCloseTo(value, 8);
      });
    }
  });

  it("says what it can't do", async () => {
    const b = exact(linear());
    expect(() => rescheduled(b, { from: linear({ gamma: brownian() }), to: linear() })).toThrow(
      /latent.*oneSided/,
    );
    expect(() => rescheduled(b, { from: linear(), to: encodingDecoding() })).toThrow(/latent/);
    expect(() => rescheduled(b, { from: polynomial({ power: 2 }), to: linear() })).toThrow(/rises.*t = 0/);
    const keep = ndarray([4, 2], new Float32Array(8));
    const field = rescheduled(b, { from: linear(), to: trigonometric() });
    await expect(field({ x, t: 0.5, xi: { keep } })).rejects.toThrow(/mask/);
  });
});
