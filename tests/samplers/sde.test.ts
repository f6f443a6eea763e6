import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, zeros } from "../../lib/array";
import { gaussianMixture, type MixtureComponent } from "../../lib/couplings";
import { AbortError } from "../../lib/errors";
import { exactFlow, type Field, scoreFromDenoiser } from "../../lib/fields";
import { brownian, linear, trigonometric } from "../../lib/interpolants";
import { type Rng, rng } from "../../lib/random";
import {
  cosineGrid,
  euler,
  eulerMaruyama,
  heun,
  type LastStep,
  type SdeOptions,
  solveOde,
  solveSde,
  stochasticHeun,
  stochasticMethod,
} from "../../lib/samplers";

const pointwise =
  (f: (t: number, x: number, e: number) => number): Field =>
  ({ x, t }) => ({ shape: x.shape, data: x.data.map((value, e) => f(t, value, e)) });
const nothing = pointwise(() => 0);
const methods = { eulerMaruyama, stochasticHeun };
const lastSteps: readonly LastStep[] = ["flow", "noise", "mean", "tweedie", "none"];

/** Two correlated components on the line, a latent, and the moments of ρ_t. */
const components: readonly MixtureComponent[] = [
  { weight: 0.3, mean0: [-1], mean1: [2], cov00: [[0.5]], cov01: [[0.3]], cov11: [[0.4]] },
  { weight: 0.7, mean0: [1], mean1: [-1], cov00: [[1]], cov01: [[-0.2]], cov11: [[0.25]] },
];
const coupling = gaussianMixture({ components });
const interpolant = linear({ gamma: brownian() });
const flow = exactFlow({ coupling, interpolant });
function moments(t: number) {
  const [a, b, gg] = [1 - t, t, 2 * t * (1 - t)];
  let [first, second] = [0, 0];
  for (const { weight, mean0, mean1, cov00, cov01, cov11 } of components) {
    const mean = a * mean0[0] + b * mean1[0];
    first += weight * mean;
    second +=
      weight *
      (mean ** 2 + a * a * cov00[0][0] + b * b * cov11[0][0] + 2 * a * b * (cov01?.[0][0] ?? 0) + gg);
  }
  return [first, second];
}

const meanOf = (values: ArrayLike<number>, of = (value: number, _: number) => value) =>
  Array.from(values).reduce((sum, value, i) => sum + of(value, i), 0) / values.length;

/** Draws of the base or of the data in float64. */
function draws(n: number, end: 0 | 1, seed: number): NdArray {
  const source = rng(seed);
  const targets = coupling.targets(n, source);
  const { data } = end === 1 ? targets.x : coupling.draw(targets, source).x0;
  return ndarray([n, 1], Float64Array.from(data));
}

describe("marginals of an exact flow", () => {
  const n = 2000;
  const byScore = { b: flow.velocity, s: flow.score };
  const byDenoiser = { b: flow.velocity, g: flow.denoiser, interpolant };
  const gamma = (t: number) => interpolant.at(t).gamma;
  const cases = [
    { name: "ε = 0", fields: byScore, epsilon: 0 },
    { name: "ε = 0.5", fields: byScore, epsilon: 0.5 },
    { name: "ε = 3", fields: byScore, epsilon: 3 },
    { name: "ε = t²", fields: byScore, epsilon: (t: number) => t * t },
    { name: "ε = γ, by the denoiser", fields: byDenoiser, epsilon: gamma },
    { name: "ε = 1, by the denoiser", fields: byDenoiser, epsilon: 1 },
  ];

  it.each(cases)(
    "$name: are kept forwards and backwards, inside steps as well",
    async ({ fields, epsilon }) => {
      for (const [from, to, lastStep] of [
        [0, 1, "flow"],
        [1, 0, "noise"],
      ] as const) {
        const { path } = await solveSde(
          fields,
          { x: draws(n, from, 5) },
          {
            method: stochasticHeun({ steps: 40 }),
            epsilon,
            rng: rng(6),
            from,
            to,
            lastStep,
            saveAt: [0.013, 0.31, 0.7, to],
          },
        );
        for (const { t, x } of path) {
          moments(t).forEach((moment, k) => {
            const powers = x.data.map((value) => value ** (k + 1));
            const mean = meanOf(powers);
            const spread = Math.sqrt(meanOf(powers, (value) => (value - mean) ** 2));
            // Five standard errors of the mean of n draws, and 0.01 for the steps.
            expect(Math.abs(mean - moment)).toBeLessThan((5 * spread) / Math.sqrt(n) + 0.01);
          });
        }
      }
    },
  );

  it("forget where they started as ε grows", async () => {
    const x0 = draws(1000, 0, 1);
    const memory = async (epsilon: number) => {
      const { x } = await solveSde(
        byScore,
        { x: x0 },
        { method: eulerMaruyama({ steps: 80 }), epsilon, rng: rng(2) },
      );
      const still = await solveOde(flow.velocity, { x: x0 }, { method: euler({ steps: 80 }) });
      return meanOf(x.data, (value, i) => (value - still.x.data[i]) ** 2);
    };
    const [none, some, much] = [await memory(0), await memory(0.1), await memory(3)];
    expect(none).toBe(0);
    expect(some).toBeGreaterThan(0.05);
    expect(much).toBeGreaterThan(2 * some);
  });
});

describe.each(Object.entries(methods))("%s", (name, method) => {
  const { order } = method({ steps: 1 }).tableau;

  /**
   * Noise of ±1 in every combination over the samples: means over these are exact for second moments of
   * linear equations.
   */
  const everySign: Rng = {
    ...rng(0),
    fork: (_, i) => {
      let bit = 0;
      return { ...rng(0), normal: () => ((Number(i) >> bit++) & 1 ? 1 : -1) };
    },
  };

  it.each([
    { direction: "forwards", from: 0, to: 1 },
    { direction: "backwards", from: 1, to: 0 },
  ])("has its weak order $direction, by halving the step", async ({ from, to }) => {
    // b = −t x / 2, s = −x, ε = 0.2 + t²: the second moment V obeys V' = 2 (−t / 2 ∓ ε) V ± 2ε.
    const epsilon = (t: number) => 0.2 + t * t;
    const b = pointwise((t, x) => (-t * x) / 2);
    const s = pointwise((_, x) => -x);
    const direction = to - from;
    const second = pointwise(
      (t, V) => 2 * (-t / 2 - direction * epsilon(t)) * V + direction * 2 * epsilon(t),
    );
    const exact = await solveOde(
      second,
      { x: ndarray([1, 1], Float64Array.of(4)) },
      { method: heun({ steps: 4000 }), from, to },
    );
    const V = exact.x.data[0];
    const error = async (steps: number) => {
      const n = 2 ** steps;
      const result = await solveSde(
        { b, s },
        { x: ndarray([n, 1], new Float64Array(n).fill(2)) },
        { method: method({ steps }), epsilon, rng: everySign, from, to, lastStep: "noise" },
      );
      return Math.abs(meanOf(result.x.data, (x) => x * x) - V);
    };
    const halving = Math.log2((await error(6)) / (await error(12)));
    expect(Math.abs(halving - order)).toBeLessThan(0.25);
  });

  it("is the method without noise where ε = 0, and then never asks for the score", async () => {
    const plain = { eulerMaruyama: euler, stochasticHeun: heun }[name as keyof typeof methods];
    const x0 = draws(5, 0, 1);
    const s: Field = () => {
      throw new Error("asked");
    };
    for (const [from, to] of [
      [0, 1],
      [0.8, 0.1],
    ]) {
      const steps = { steps: 7, grid: cosineGrid };
      const options = { from, to, saveAt: [0.8, 0.1] };
      const noiseless = await solveSde(
        { b: flow.velocity, s },
        { x: x0 },
        { ...options, method: method(steps), epsilon: 0, rng: rng(1) },
      );
      const ode = await solveOde(flow.velocity, { x: x0 }, { ...options, method: plain(steps) });
      expect(noiseless.nfe).toBe(ode.nfe);
      expect(noiseless.t).toBe(to);
      for (const key of ["x", "actions"] as const) {
        const [found, wanted] = [noiseless[key], ode[key]].map((value) =>
          "data" in value ? value.data : value,
        );
        found.forEach((value, i) => {
          expect(value).toBeCloseTo(wanted[i], 12);
        });
      }
    }
  });

  it("gives each sample its own noise, whatever the batches, and the same for the same seed", async () => {
    const x0 = draws(5, 0, 1);
    const run = (changes: Partial<SdeOptions>) =>
      solveSde(
        { b: flow.velocity, s: flow.score },
        { x: x0 },
        { method: method({ steps: 4 }), epsilon: 0.5, rng: rng(3), saveAt: [0.1, 0.2, 0.6], ...changes },
      );
    const whole = await run({});
    for (const batch of [1, 2, 5]) expect(await run({ batch })).toEqual(whole);
    expect((await run({ rng: rng(4) })).x).not.toEqual(whole.x);
    const same = await solveSde(
      { b: nothing, s: nothing },
      { x: zeros([4, 3]) },
      { method: method({ steps: 1 }), epsilon: 0.5, rng: rng(3), lastStep: "noise" },
    );
    expect(new Set(same.x.data).size).toBe(12);
    const used = rng(3);
    used.normal();
    expect((await run({ rng: used })).x).toEqual(whole.x);
    expect((await run({ saveAt: [] })).x).toEqual(whole.x);
  });

  it("keeps known pixels bit for bit, whatever the fields say there, and moves the others", async () => {
    const awkward = [-0, 1e-45, 0.1, -1, 1 / 3, 16777217];
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.boolean(),
        fc.constantFrom(...lastSteps),
        fc.boolean(),
        async (seed, perChannel, lastStep, forwards) => {
          const source = rng(seed);
          const shape = [2, 2, 3, 2];
          const x0 = source.normals(shape);
          for (let e = 0; e < 24; e++) {
            if (source.uniform() < 0.5) x0.data[e] = awkward[source.int(awkward.length)];
          }
          const keep = zeros(perChannel ? shape : [2, 2, 3, 1]);
          for (let p = 0; p < keep.data.length; p++) keep.data[p] = source.int(2);
          const result = await solveSde(
            { b: pointwise((t, x, e) => x + t - e), s: pointwise((t, x, e) => e - x * t) },
            { x: x0, xi: { keep } },
            {
              method: method({ steps: 3 }),
              epsilon: 0.3,
              rng: source,
              lastStep,
              interpolant: linear(),
              from: forwards ? 0 : 1,
              to: forwards ? 1 : 0,
              saveAt: [0.4],
            },
          );
          const before = new Uint32Array(x0.data.buffer);
          for (const end of [result.x, result.path[0].x]) {
            const after = new Uint32Array(end.data.buffer);
            for (let e = 0; e < 24; e++) {
              const known = keep.data[perChannel ? e : e >> 1] === 1;
              if (known) expect(after[e]).toBe(before[e]);
              else if (Math.abs(x0.data[e]) < 1e6) expect(after[e]).not.toBe(before[e]);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("counts evaluations of both fields, and tells of every step", async () => {
    let calls = 0;
    const counted =
      (field: Field): Field =>
      (at) => {
        calls++;
        return field(at);
      };
    const fields = { b: counted(flow.velocity), g: counted(flow.denoiser), interpolant };
    for (const lastStep of lastSteps) {
      calls = 0;
      const told: number[] = [];
      const { nfe, steps, t } = await solveSde(
        fields,
        { x: draws(3, 0, 1) },
        {
          method: method({ steps: 5 }),
          epsilon: (time) => interpolant.at(time).gamma,
          rng: rng(1),
          lastStep,
          onStep: (progress) => told.push(progress.t),
        },
      );
      expect(nfe).toBe(calls);
      expect(steps).toBe(lastStep === "none" ? 4 : 5);
      expect(told).toHaveLength(steps);
      expect(told[steps - 1]).toBe(t);
    }
  });
});

describe("the last step", () => {
  /** E[p x0 + q x1 | I_t = x]: the exact velocity, told that α̇ = p and β̇ = q. */
  const expectation = (p: number, q: number) =>
    exactFlow({
      coupling,
      interpolant: {
        ...interpolant,
        at: (t) => ({ ...interpolant.at(t), dAlpha: p, dBeta: q, dGamma: 0, gammaDGamma: 0 }),
      },
    }).velocity;

  it.each([
    { direction: "forwards", from: 0, to: 1 },
    { direction: "backwards", from: 1, to: 0 },
  ])("is what its name says, $direction", async ({ from, to }) => {
    const x0 = draws(20, from as 0 | 1, 8);
    const epsilon = 0.4;
    const run = async (lastStep: LastStep, denoiser: boolean) => {
      const result = await solveSde(
        denoiser ? { b: flow.velocity, g: flow.denoiser, interpolant } : { b: flow.velocity, s: flow.score },
        { x: x0 },
        { method: eulerMaruyama({ steps: 10 }), epsilon, rng: rng(9), from, to, lastStep, interpolant },
      );
      return result;
    };
    for (const denoiser of [false, true]) {
      const { x, t, ...rest } = await run("none", denoiser);
      expect(t).toBeCloseTo(to - (to - from) / 10, 12);
      expect(rest.steps).toBe(9);
      const at = { x, t, xi: {} };
      const [b, s] = [flow.velocity(at).data, flow.score(at).data];
      const h = to - t;
      const wanted = {
        flow: x.data.map((value, i) => value + h * b[i]),
        mean: x.data.map((value, i) => value + h * (b[i] + Math.sign(h) * epsilon * s[i])),
        tweedie: (await expectation(1 - to, to)(at)).data,
      };
      for (const [kind, values] of Object.entries(wanted)) {
        const result = await run(kind as LastStep, denoiser);
        expect(result.t).toBe(to);
        result.x.data.forEach((value, i) => {
          expect(value).toBeCloseTo(values[i], 10);
        });
        // The velocity is measured in the last step, too.
        result.actions.forEach((action, i) => {
          expect(action - rest.actions[i]).toBeCloseTo(Math.abs(h) * b[i] ** 2, 10);
        });
      }
      const noisy = await run("noise", denoiser);
      const off = noisy.x.data.map(
        (value, i) => (value - wanted.mean[i]) / Math.sqrt(2 * epsilon * Math.abs(h)),
      );
      // Twenty draws of N(0, 1).
      expect(Math.abs(meanOf(off, (value) => value * value) - 1)).toBeLessThan(1.3);
      expect(Math.min(...off.map(Math.abs))).toBeGreaterThan(0);
    }
  });

  it("predicts the end without a latent as well", async () => {
    const straight = exactFlow({ coupling, interpolant: trigonometric() });
    const run = (lastStep: LastStep) =>
      solveSde(
        { b: straight.velocity, s: straight.score },
        { x: draws(5, 0, 1) },
        {
          method: stochasticHeun({ steps: 4 }),
          epsilon: 0.2,
          rng: rng(1),
          lastStep,
          interpolant: trigonometric(),
        },
      );
    const { x, t } = await run("none");
    const wanted = exactFlow({
      coupling,
      interpolant: {
        ...trigonometric(),
        at: (time) => ({ ...trigonometric().at(time), dAlpha: 0, dBeta: 1 }),
      },
    }).velocity({ x, t, xi: {} });
    const end = await run("tweedie");
    end.x.data.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted.data[i], 10);
    });
  });
});

describe("solveSde", () => {
  const x0 = draws(4, 0, 1);
  const fields = { b: flow.velocity, s: flow.score };
  const options = { method: eulerMaruyama({ steps: 5 }), epsilon: 0.5, rng: rng(1) };

  it("begins and ends with a step of the flow where a denoiser leaves the score undefined", async () => {
    const reached: NdArray[] = [];
    const result = await solveSde(
      { b: flow.velocity, g: flow.denoiser, interpolant },
      { x: x0 },
      {
        ...options,
        onStep: ({ x }) => reached.push(ndarray(x.shape, x.data.slice())),
        saveAt: [0.1],
        lastStep: "noise",
      },
    );
    const b = flow.velocity({ x: x0, t: 0, xi: {} }).data;
    reached[0].data.forEach((value, i) => {
      expect(value).toBeCloseTo(x0.data[i] + 0.2 * b[i], 12);
      expect(result.path[0].x.data[i]).toBeCloseTo(x0.data[i] + 0.1 * b[i], 12);
    });
    const second = flow.velocity({ x: reached[0], t: 0.2, xi: {} }).data;
    const score = flow.score({ x: reached[0], t: 0.2, xi: {} }).data;
    const off = reached[1].data.map(
      (value, i) => value - reached[0].data[i] - 0.2 * (second[i] + 0.5 * score[i]),
    );
    expect(Math.min(...off.map(Math.abs))).toBeGreaterThan(1e-6);
    expect(result.x.data.every(Number.isFinite)).toBe(true);
  });

  it("says where a score is infinite and what to do", async () => {
    const s = pointwise((t, x) => -x / t);
    await expect(solveSde({ b: nothing, s }, { x: x0 }, options)).rejects.toThrow(
      /The score is -?Infinity at t = 0, in sample 0 .*epsilon that is 0 there/,
    );
    const safe = await solveSde({ b: nothing, s }, { x: x0 }, { ...options, epsilon: (t) => t });
    expect(safe.x.data.every(Number.isFinite)).toBe(true);
    const converted = scoreFromDenoiser(flow.denoiser, { interpolant });
    await expect(solveSde({ b: nothing, s: converted }, { x: x0 }, options)).rejects.toThrow("where γ = 0");
    const broken = pointwise((t) => (t > 0.3 ? Number.NaN : 0));
    await expect(solveSde({ b: broken, s: nothing }, { x: x0 }, options)).rejects.toThrow(
      "The velocity is NaN at t = 0.4",
    );
  });

  it("reads states inside a step from one Brownian bridge", async () => {
    const n = 8000;
    const { path, x: end } = await solveSde(
      { b: nothing, s: nothing },
      { x: ndarray([n, 1], new Float64Array(n)) },
      {
        method: eulerMaruyama({ steps: 1 }),
        epsilon: 0.5,
        rng: rng(1),
        saveAt: [0.2, 0.7, 0.7],
        lastStep: "noise",
      },
    );
    // √(2ε) W is a Wiener process: Cov(W_s, W_t) = min(s, t).
    const mean = (a: NdArray, b: NdArray) => meanOf(a.data, (value, i) => value * b.data[i]);
    const [early, late, again] = path.map(({ x }) => x);
    for (const [found, wanted] of [
      [mean(early, early), 0.2],
      [mean(early, late), 0.2],
      [mean(early, end), 0.2],
      [mean(late, late), 0.7],
      [mean(late, end), 0.7],
      [mean(end, end), 1],
    ]) {
      expect(Math.abs(found - wanted)).toBeLessThan((5 * Math.sqrt(2)) / Math.sqrt(n));
    }
    expect(again).toEqual(late);
  });

  it("takes a method that somebody else wrote", async () => {
    const midpoint = stochasticMethod(
      { name: "stochastic midpoint", order: 1, c: [0, 0.5], a: [[], [0.5]], b: [0, 1], noise: [0, 0.5] },
      { steps: 50 },
    );
    const { x, nfe } = await solveSde(fields, { x: x0 }, { ...options, method: midpoint, epsilon: 0 });
    const exact = await solveOde(flow.velocity, { x: x0 }, { method: heun({ steps: 400 }) });
    expect(nfe).toBe(100);
    x.data.forEach((value, i) => {
      expect(value).toBeCloseTo(exact.x.data[i], 1);
    });
  });

  it("keeps the number format of its start and leaves the start as it was", async () => {
    for (const data of [Float32Array.of(1, 2), Float64Array.of(1, 2)]) {
      const x = ndarray([2, 1], data);
      const copy = data.slice();
      const end = await solveSde(fields, { x }, options);
      expect(end.x.data.constructor).toBe(data.constructor);
      expect(end.x.data).not.toBe(data);
      expect(data).toEqual(copy);
    }
  });

  it("stops when told to", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const onStep = () => controller.abort(reason);
    const running = solveSde(fields, { x: x0 }, { ...options, signal: controller.signal, onStep });
    await expect(running).rejects.toThrow(AbortError);
    await expect(running).rejects.toMatchObject({ message: "The solver was stopped.", cause: reason });
  });

  it("refuses what it cannot solve", async () => {
    const run = (changes: Partial<SdeOptions>) => solveSde(fields, { x: x0 }, { ...options, ...changes });
    for (const lastStep of ["noise", "mean", "flow"] as const) {
      await expect(
        solveSde(
          { b: pointwise(() => 3e38), s: nothing },
          { x: ndarray([2, 1], Float32Array.of(0, 3e38)) },
          { ...options, method: eulerMaruyama({ steps: 1 }), lastStep },
        ),
      ).rejects.toThrow(/The state is Infinity at t = 1, in sample 1 /);
    }
    await expect(solveSde(fields, { x0 } as unknown as { x: NdArray }, options)).rejects.toThrow(
      "atBase(pairs)",
    );
    await expect(run({ epsilon: -1 })).rejects.toThrow("epsilon of 0 or more, but received -1 at t = 0");
    await expect(run({ epsilon: (t) => 1 / (t - 0.4) ** 2 })).rejects.toThrow("Infinity at t = 0.4");
    await expect(run({ epsilon: () => Number.NaN })).rejects.toThrow("NaN at t = 0");
    await expect(run({ lastStep: "euler" as LastStep })).rejects.toThrow("one of flow, noise, mean");
    await expect(run({ lastStep: "tweedie" })).rejects.toThrow("the interpolant for lastStep");
    await expect(run({ lastStep: "none", method: eulerMaruyama({ steps: 1 }) })).rejects.toThrow("2 or more");
    await expect(run({ from: 0.5, to: 0.5 })).rejects.toThrow("interval");
    await expect(run({ saveAt: [2] })).rejects.toThrow("times to save");
    await expect(solveSde({ b: () => zeros([1, 1]), s: nothing }, { x: x0 }, options)).rejects.toThrow(
      "values of shape [4, 1], that of x, from the velocity",
    );
    expect(() => eulerMaruyama({ steps: 0 })).toThrow("steps above 0 for Euler-Maruyama");
    await expect(
      solveSde({ b: nothing, g: nothing, interpolant: linear() }, { x: x0 }, options),
    ).rejects.toThrow("with a latent");
  });
});
