import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import { driftsFromPoint, type Field } from "../../lib/fields";
import { follmer, linear, ownDiffusion, polynomial, wiener } from "../../lib/interpolants";
import { rng } from "../../lib/random";
import { eulerMaruyama, quadraticGrid, solveSde, stochasticHeun } from "../../lib/samplers";

/**
 * The drift of the process (1 − t) x0 + t x1 + σ_t W_t from the point x0 to x1 ~ N(m, v), by regression of
 * α̇x0 + β̇x1 + σ̇W on I_t, all of which are Gaussian.
 */
const gaussianDrift =
  ({ x0, m, v, scale, power }: Record<"x0" | "m" | "v" | "scale" | "power", number>): Field =>
  ({ x, t }) => {
    const [beta, dBeta] = [t ** power, power * t ** (power - 1)];
    const [sigma, dSigma] = [scale * (1 - t), -scale];
    const variance = beta ** 2 * v + sigma ** 2 * t;
    const covariance = beta * dBeta * v + sigma * dSigma * t;
    const mean = (1 - beta) * x0 + beta * m;
    const slope = variance > 0 ? covariance / variance : 0;
    return ndarray(
      x.shape,
      x.data.map((value) => dBeta * (m - x0) + slope * (value - mean)),
    );
  };

const start = (n: number, x0: number): { x: NdArray; xi: { image: NdArray } } => {
  const x = ndarray([n, 1], new Float64Array(n).fill(x0));
  return { x, xi: { image: x } };
};
const moments = (x: NdArray) => {
  const data = Array.from(x.data);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return { mean, variance: data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length };
};

describe("equations from a point", () => {
  const law = { x0: 0.5, m: -1, v: 0.3 };
  for (const power of [1, 2]) {
    const interpolant = polynomial({ power, gamma: wiener({ scale: 0.8 }) });
    const drifts = driftsFromPoint(gaussianDrift({ ...law, scale: 0.8, power }), { interpolant });
    const own = ownDiffusion(interpolant);
    const equations = {
      "their own": own,
      Föllmer: follmer(interpolant),
      "no noise after the first step": () => 0,
      "half of their own": (t: number) => own(t) / 2,
    };
    for (const [name, epsilon] of Object.entries(equations)) {
      it(`have the law of the end with ε ${name}, β = t^${power}`, async () => {
        const n = 4000;
        const { x, nfe, action } = await solveSde({ drifts }, start(n, law.x0), {
          method: stochasticHeun({ steps: 150, grid: quadraticGrid({ towards: 0 }) }),
          epsilon,
          rng: rng(`${name} ${power}`),
        });
        const { mean, variance } = moments(x);
        // Four standard errors, and what the steps miss.
        expect(Math.abs(mean - law.m)).toBeLessThan(4 * Math.sqrt(law.v / n) + 0.004);
        expect(Math.abs(variance / law.v - 1)).toBeLessThan(4 * Math.sqrt(2 / n) + 0.02);
        expect(nfe).toBe(300);
        expect(action).toBeNaN();
      });
    }
  }

  it("take one step from a point by their own noise, whatever ε and the last step are", async () => {
    const interpolant = linear({ gamma: wiener({ scale: 0.8 }) });
    const drifts = driftsFromPoint(gaussianDrift({ ...law, scale: 0.8, power: 1 }), { interpolant });
    for (const lastStep of ["flow", "noise"] as const) {
      const method = eulerMaruyama({ steps: 1 });
      const options = { method, lastStep, epsilon: () => 0, rng: rng(3) };
      const { x, nfe } = await solveSde({ drifts }, start(20_000, law.x0), options);
      expect(moments(x).mean).toBeCloseTo(law.m, 1);
      expect(moments(x).variance).toBeCloseTo(0.64, 1);
      expect(nfe).toBe(1);
    }
  });

  // At every time I_t is Gaussian, of mean αx0 + βm and variance β²v + γ².
  const at = (t: number, power: number) => {
    const beta = t ** power;
    return {
      mean: (1 - beta) * law.x0 + beta * law.m,
      variance: beta ** 2 * law.v + (0.8 * (1 - t)) ** 2 * t,
    };
  };
  for (const power of [1, 2]) {
    const interpolant = polynomial({ power, gamma: wiener({ scale: 0.8 }) });
    const drifts = driftsFromPoint(gaussianDrift({ ...law, scale: 0.8, power }), { interpolant });
    const equations = { "0.5": () => 0.5, "0": () => 0, "their own": ownDiffusion(interpolant) };
    for (const [name, epsilon] of Object.entries(equations)) {
      it(`go back from the law at 0.9 to that at 0.2 with ε ${name}, β = t^${power}`, async () => {
        const n = 4000;
        const { mean, variance } = at(0.9, power);
        const noise = rng("start").normals([n, 1]).data;
        const x = ndarray(
          [n, 1],
          Float64Array.from(noise, (value) => mean + Math.sqrt(variance) * value),
        );
        for (const lastStep of ["flow", "noise"] as const) {
          const back = await solveSde(
            { drifts },
            { x, xi: start(n, law.x0).xi },
            {
              ...{ from: 0.9, to: 0.2, lastStep, epsilon },
              method: stochasticHeun({ steps: 200 }),
              rng: rng(`back ${name} ${power}`),
            },
          );
          const [found, truth] = [moments(back.x), at(0.2, power)];
          expect(Math.abs(found.mean - truth.mean)).toBeLessThan(5 * Math.sqrt(truth.variance / n) + 0.004);
          expect(Math.abs(found.variance / truth.variance - 1)).toBeLessThan(5 * Math.sqrt(2 / n) + 0.02);
          expect(back.nfe).toBe(400);
        }
      });
    }
  }

  it("do not go back to the point itself", async () => {
    const interpolant = linear({ gamma: wiener({ scale: 0.8 }) });
    const drifts = driftsFromPoint(gaussianDrift({ ...law, scale: 0.8, power: 1 }), { interpolant });
    const options = { method: eulerMaruyama({ steps: 7 }), epsilon: 0.1, from: 0.7, to: 0, rng: rng(0) };
    await expect(solveSde({ drifts }, start(2, 0), options)).rejects.toThrow(
      "Expected a time above 0 as the end of drifts that are solved backwards, but received 0. " +
        "There the state is the point x0, which ξ names.",
    );
    const { t } = await solveSde({ drifts }, start(2, 0), { ...options, lastStep: "none" });
    expect(t).toBeCloseTo(0.1, 12);
  });

  it("say what they can't do", async () => {
    const interpolant = linear({ gamma: wiener() });
    const drifts = driftsFromPoint(({ x }) => x, { interpolant });
    const options = { method: eulerMaruyama({ steps: 2 }), epsilon: 0, rng: rng(0) };
    await expect(solveSde({ drifts }, { x: start(2, 0).x }, options)).rejects.toThrow(/point x0 in ξ\.image/);
    await expect(solveSde({ drifts }, start(2, 0), { ...options, lastStep: "tweedie" })).rejects.toThrow(
      /another lastStep/,
    );
    await expect(drifts.on(start(2, 0).xi)(start(2, 0).x, 0, 2)).rejects.toThrow(/only ε = 0\.5/);
    expect(() => follmer(linear())).toThrow(/a latent/);
    expect(() => ownDiffusion(linear())).toThrow(/a latent/);
  });
});

describe("the linear-Gaussian posterior", () => {
  /** KL(N(a, p) ‖ N(b, q)). */
  const divergence = (a: number, p: number, b: number, q: number) =>
    (Math.log(q / p) + (p + (a - b) ** 2) / q - 1) / 2;

  // x1 | x0 ~ N(x0, 1) and an observation y ~ N(x1, 1), so that x1 | x0, y ~ N((x0 + y) / 2, 1/2).
  for (const [name, diffusion] of Object.entries({ own: ownDiffusion, follmer })) {
    it(`is sampled with a KL of at most .0015 over five seeds, ensembles of 1000: ${name}`, async () => {
      const interpolant = linear({ gamma: wiener() });
      const divergences = [];
      for (const seed of [0, 1, 2, 3, 4]) {
        const [x0, y] = [rng(seed).normal(), 2 * rng(seed).fork("y").normal()];
        const posterior = { x0, m: (x0 + y) / 2, v: 0.5 };
        const f = gaussianDrift({ ...posterior, scale: 1, power: 1 });
        const { x } = await solveSde({ drifts: driftsFromPoint(f, { interpolant }) }, start(1000, x0), {
          method: stochasticHeun({ steps: 100 }),
          epsilon: diffusion(interpolant),
          rng: rng(seed).fork("noise"),
        });
        const { mean, variance } = moments(x);
        divergences.push(divergence(mean, variance, posterior.m, posterior.v));
      }
      const kl = divergences.reduce((sum, value) => sum + value, 0) / divergences.length;
      expect(kl).toBeLessThan(0.0015);
    });
  }
});
