import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, zeros } from "../../../lib/array";
import { gaussianMixture, threeModes } from "../../../lib/couplings";
import {
  type Divergence,
  exactFlow,
  type Field,
  fieldDivergence,
  standardNormalLogDensity,
} from "../../../lib/fields";
import { gaussian } from "../../../lib/gaussian";
import { brownian, linear, trigonometric } from "../../../lib/interpolants";
import { type Rng, rng } from "../../../lib/random";
import { bosh3, dopri5, euler, logLikelihood, rk4, solveOde } from "../../../lib/samplers";

const double = (x: NdArray) => ndarray(x.shape, Float64Array.from(x.data));
const close = (found: ArrayLike<number>, wanted: ArrayLike<number>, by: number) => {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i] - wanted[i])).toBeLessThan(by);
};

/** A standard normal base and a correlated Gaussian, independent of each other. */
const mean = [1, -0.5];
const covariance = [
  [0.8, 0.5],
  [0.5, 0.6],
];
const coupling = gaussianMixture({
  components: [
    {
      weight: 1,
      mean0: [0, 0],
      mean1: mean,
      cov00: [
        [1, 0],
        [0, 1],
      ],
      cov11: covariance,
    },
  ],
});
const b = exactFlow({ coupling, interpolant: linear() }).velocity;
const x1 = double(coupling.targets(6, rng(1)).x);
const law = gaussian(Float64Array.from(mean), Float64Array.from(covariance.flat()));
const exact = [0, 1, 2, 3, 4, 5].map((i) => law.logDensity(x1.data.subarray(2 * i, 2 * i + 2)));

describe("logLikelihood", () => {
  it("is that of a Gaussian", async () => {
    const method = dopri5({ rtol: 1e-8, atol: 1e-8 });
    const { logDensity, x0, nfe, steps, rejected } = await logLikelihood({
      divergence: fieldDivergence(b),
      x1,
      base: standardNormalLogDensity,
      method,
    });
    close(logDensity, exact, 1e-6);
    // Five evaluations for each of dopri5's: the value, and two for each coordinate.
    expect(nfe).toBe(5 * (6 * (steps + rejected) + 2));
    const back = await solveOde(b, { x: x1 }, { method, from: 1, to: 0 });
    close(x0.data, back.x.data, 1e-6);
  });

  it("is that of an earlier time", async () => {
    const flow = exactFlow({ coupling, interpolant: linear() });
    const { logDensity } = await logLikelihood({
      divergence: fieldDivergence(b),
      x1,
      to: 0.7,
      base: standardNormalLogDensity,
      method: dopri5({ rtol: 1e-8, atol: 1e-8 }),
    });
    close(logDensity, flow.logDensity({ x: x1, t: 0.7, xi: {} }), 1e-6);
  });

  it("takes the density of the base at the time that it is given for", async () => {
    const flow = exactFlow({ coupling, interpolant: linear() });
    const { logDensity } = await logLikelihood({
      divergence: fieldDivergence(b),
      x1,
      from: 0.2,
      to: 0.9,
      base: flow.logDensity,
      method: dopri5({ rtol: 1e-8, atol: 1e-8 }),
    });
    close(logDensity, flow.logDensity({ x: x1, t: 0.9, xi: {} }), 1e-6);
  });

  it.each([
    { name: "matched", interpolant: linear() },
    { name: "matched", interpolant: linear({ gamma: brownian({ scale: 0.8 }) }) },
    { name: "independent", interpolant: trigonometric() },
  ] as const)(
    "is that of a mixture of Gaussians ($name, $interpolant.name)",
    async ({ name, interpolant }) => {
      const modes = threeModes({ pairing: name, labelled: true });
      const flow = exactFlow({ coupling: modes, interpolant });
      const targets = modes.targets(5, rng(2));
      const xi = { labels: targets.labels as Int32Array };
      const points = double(targets.x);
      const { logDensity } = await logLikelihood({
        divergence: fieldDivergence(flow.velocity),
        x1: points,
        xi,
        base: flow.logDensity,
        method: bosh3({ rtol: 1e-6, atol: 1e-6 }),
        batch: 2,
      });
      close(logDensity, flow.logDensity({ x: points, t: 1, xi }), 3e-3);
    },
  );

  it("has the exact value as its mean over the probes", async () => {
    const options = {
      divergence: fieldDivergence(b),
      base: standardNormalLogDensity,
      method: rk4({ steps: 40 }),
    };
    const { logDensity } = await logLikelihood({ ...options, x1 });
    // For two coordinates v₁v₂ = 1 and −1 are all there is to signs.
    const fixed = (second: number): Rng => ({
      ...rng(0),
      fork: () => {
        let calls = 0;
        return { ...rng(0), uniform: () => (calls++ % 2 === 0 ? 0 : second) };
      },
    });
    const [same, opposite] = [
      await logLikelihood({ ...options, x1, probe: { rng: fixed(0) } }),
      await logLikelihood({ ...options, x1, probe: { rng: fixed(0.9) } }),
    ];
    expect(Math.abs(same.logDensity[0] - opposite.logDensity[0])).toBeGreaterThan(0.1);
    close(
      same.logDensity.map((value, i) => (value + opposite.logDensity[i]) / 2),
      logDensity,
      1e-8,
    );
    const n = 2000;
    const copies = ndarray(
      [n, 2],
      Float64Array.from({ length: 2 * n }, (_, e) => x1.data[e % 2]),
    );
    for (const law of ["rademacher", "gaussian"] as const) {
      const { logDensity: drawn } = await logLikelihood({
        ...options,
        method: rk4({ steps: 8 }),
        x1: copies,
        probe: { rng: rng(3), law },
      });
      const average = drawn.reduce((sum, value) => sum + value, 0) / n;
      const spread = Math.sqrt(drawn.reduce((sum, value) => sum + (value - average) ** 2, 0) / n);
      expect(Math.abs(average - exact[0])).toBeLessThan((5 * spread) / Math.sqrt(n) + 1e-3);
      expect(spread).toBeGreaterThan(0.1);
    }
  });

  it("keeps one probe along a trajectory, decided by the sample alone", async () => {
    const collect = async (batch: number) => {
      const seen: string[][] = Array.from({ length: 6 }, () => []);
      const recording: Divergence = (at, probe) => {
        for (let i = 0; i < at.x.shape[0]; i++) {
          const label = at.xi.labels?.[i] ?? 0;
          seen[label].push(String(probe?.data.subarray(2 * i, 2 * i + 2)));
        }
        return fieldDivergence(b)(at, probe);
      };
      const { logDensity } = await logLikelihood({
        divergence: recording,
        x1,
        xi: { labels: Int32Array.of(0, 1, 2, 3, 4, 5) },
        base: standardNormalLogDensity,
        method: euler({ steps: 3 }),
        probe: { rng: rng(5), law: "gaussian" },
        batch,
      });
      for (const probes of seen) {
        expect(probes).toHaveLength(3);
        expect(new Set(probes).size).toBe(1);
      }
      const all = seen.map(([probe]) => probe);
      expect(new Set(all).size).toBe(6);
      return { all, logDensity };
    };
    expect(await collect(2)).toEqual(await collect(6));
  });

  it("is the density of the hole given what is known", async () => {
    // In the hole b = y − x1 + k with the known k: X_t(hole) is linear in its start, of slope e^t and free of
    // k's law.
    const hole: Field = ({ x }) => {
      const out = zeros(x.shape, x);
      for (let i = 0; i < x.shape[0]; i++) out.data[2 * i + 1] = x.data[2 * i + 1] + x.data[2 * i];
      return out;
    };
    const points = ndarray([2, 2], Float64Array.of(0.3, 1, -2, 0.5));
    const keep = ndarray([2, 2], Float32Array.of(1, 0, 1, 0));
    for (const probe of [undefined, { rng: rng(1) }]) {
      const { logDensity, x0 } = await logLikelihood({
        divergence: fieldDivergence(hole),
        x1: points,
        xi: { keep },
        base: standardNormalLogDensity,
        method: dopri5({ rtol: 1e-9, atol: 1e-9 }),
        ...(probe && { probe }),
      });
      for (const i of [0, 1]) {
        const [known, y] = points.data.subarray(2 * i, 2 * i + 2);
        // y = e·y0 + (e − 1) known.
        const y0 = (y - (Math.E - 1) * known) / Math.E;
        expect(x0.data[2 * i]).toBe(known);
        expect(x0.data[2 * i + 1]).toBeCloseTo(y0, 7);
        expect(logDensity[i]).toBeCloseTo(-(y0 * y0 + Math.log(2 * Math.PI)) / 2 - 1, 7);
      }
    }
  });

  it("keeps the form of x1 and tells of its steps with the states", async () => {
    const images = rng(1).normals([3, 2, 1, 2]);
    const told: { shape: readonly number[]; done: number; samples: number; t: number }[] = [];
    const { x0, logDensity } = await logLikelihood({
      divergence: fieldDivergence(({ x }) => x),
      x1: images,
      base: standardNormalLogDensity,
      method: rk4({ steps: 20 }),
      batch: 2,
      onStep: ({ x, done, samples, t }) => told.push({ shape: x.shape, done, samples, t }),
    });
    expect(x0.shape).toEqual(images.shape);
    expect(x0.data).toBeInstanceOf(Float32Array);
    close(
      x0.data,
      images.data.map((value) => value / Math.E),
      1e-5,
    );
    // ∇·b = 4.
    close(
      logDensity,
      standardNormalLogDensity({ x: x0, t: 0, xi: {} }).map((value) => value - 4),
      1e-5,
    );
    expect(told).toHaveLength(40);
    expect(told[39]).toEqual({ shape: [1, 2, 1, 2], done: 2, samples: 3, t: 0 });
  });

  it("refuses what has no answer", async () => {
    const options = {
      divergence: fieldDivergence(b),
      x1,
      base: standardNormalLogDensity,
      method: euler({ steps: 1 }),
    };
    await expect(
      logLikelihood({ ...options, method: dopri5({ rtol: 1e-10, atol: 1e-10, maxSteps: 3 }) }),
    ).rejects.toThrow(/did not reach t = 0: .*after 3 steps/);
    await expect(
      logLikelihood({ ...options, probe: { rng: rng(1), law: "rademaker" as "rademacher" } }),
    ).rejects.toThrow('Did you mean "rademacher"');
    await expect(logLikelihood({ ...options, x1: ndarray([1, 2], [0, Number.NaN]) })).rejects.toThrow(
      "NaN in sample 0",
    );
    await expect(logLikelihood({ ...options, probe: true as never })).rejects.toThrow("a generator, such as");
    await expect(logLikelihood({ ...options, base: undefined as never })).rejects.toThrow(
      "a log density as base, such as standardNormalLogDensity, but received none",
    );
    await expect(logLikelihood({ ...options, divergence: b as never })).rejects.toThrow(
      "a divergence, such as fieldDivergence(b) or model.divergence(), but received a field",
    );
    await expect(logLikelihood({ ...options, from: 1, to: 0 })).rejects.toThrow(
      "Expected from before to, but received from 1, to 0",
    );
    await expect(logLikelihood({ ...options, xi: { labels: Int32Array.of(1) } })).rejects.toThrow(
      "6 entries",
    );
  });
});
