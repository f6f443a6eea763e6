import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { jumpDiffusion, series } from "../../lib/data";
import {
  ensemble,
  type Forecaster,
  fromNoise,
  fromPresent,
  fromRegression,
  measureForecast,
  persistence,
  rollOut,
} from "../../lib/experiments";
import { driftsFromPoint, exactDrift, exactFromNoise } from "../../lib/fields";
import { follmer, linear, wiener } from "../../lib/interpolants";
import { rng } from "../../lib/random";
import { dopri5, eulerMaruyama, heun } from "../../lib/samplers";

const system = jumpDiffusion({ rate: 2 });
const { law } = system;
const truth: Forecaster = (x, source) => system.next(x, source);

describe("forecasters", () => {
  const interpolant = linear({ gamma: wiener() });
  const drifts = driftsFromPoint(exactDrift({ law, interpolant }), { interpolant });
  const b = exactFromNoise({ law, interpolant: linear() });

  it("with exact fields draw the mean and variance of the true law", async () => {
    const x = [1.2, -0.4] as const;
    const n = 1500;
    const present = ndarray(
      [n, 2],
      Float64Array.from({ length: 2 * n }, (_, e) => x[e % 2]),
    );
    const epsilon = follmer(interpolant);
    const forecasters = {
      present: fromPresent(drifts, { method: eulerMaruyama({ steps: 40 }), epsilon, lastStep: "noise" }),
      noise: fromNoise(b, { method: heun({ steps: 12 }) }),
    };
    for (const draw of Object.values(forecasters)) {
      const { data } = await draw(present, rng(1));
      const of = (j: number) => Array.from({ length: n }, (_, i) => data[2 * i + j]);
      const mean = [0, 1].map((j) => of(j).reduce((sum, value) => sum + value, 0) / n);
      const squares = [0, 1].map((j) => of(j).reduce((sum, value) => sum + (value - mean[j]) ** 2, 0) / n);
      [0, 1].forEach((j) => {
        expect(Math.abs(mean[j] - system.mean(x)[j])).toBeLessThan(0.12);
      });
      expect(Math.abs((squares[0] + squares[1]) / system.variance(x) - 1)).toBeLessThan(0.1);
    }
  });

  it("give no forecast where the solver gives up", async () => {
    const method = dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 2 });
    await expect(fromNoise(({ x }) => x, { method })(rng(0).normals([3, 2]), rng(1))).rejects.toThrow(
      "The flow that forecasts did not reach t = 1: ",
    );
  });

  it("of a regression and of persistence give one answer", async () => {
    const present = rng(0).normals([3, 2]);
    expect(await persistence(present, rng(0))).toBe(present);
    const doubled = await fromRegression(({ x }) => x)(present, rng(0));
    doubled.data.forEach((value, e) => {
      expect(value).toBeCloseTo(2 * present.data[e], 6);
    });
  });
});

describe("rollOut and measureForecast", () => {
  it("let each member go on from its own last state", async () => {
    const plus: Forecaster = async (x, source) =>
      ndarray(
        x.shape,
        x.data.map((value) => value + source.int(5)),
      );
    const present = ndarray([2, 1], [0, 100]);
    const path = await rollOut(plus, { present, members: 3, steps: 2, rng: rng(0) });
    expect(path.map((members) => members.length)).toEqual([3, 3]);
    const steps = path[1].map((member, k) =>
      Array.from(member.data, (value, e) => value - path[0][k].data[e]),
    );
    for (const step of steps.flat()) expect(step >= 0 && step < 5).toBe(true);
    expect(await ensemble(plus, { present, members: 3, rng: rng(0) })).toEqual(path[0]);
    await expect(rollOut(plus, { present, members: 0, steps: 1, rng: rng(0) })).rejects.toThrow(/members, 1/);
  });

  it("find the true law to be right, by spread over skill and ranks, and persistence not", async () => {
    const path = await series(system, { runs: 800, steps: 2, rng: rng(3) });
    const scores = await measureForecast(truth, { path, members: 10, lags: 2, rng: rng(4) });
    expect(scores).toHaveLength(2);
    const [today] = await measureForecast(persistence, { path, members: 1, rng: rng(4) });
    for (const { crps, spreadSkill, ranks } of scores) {
      expect(Math.abs(spreadSkill.ratio - 1)).toBeLessThan(0.08);
      expect(ranks.unevenness).toBeLessThan(0.06);
      expect(crps.value).toBeLessThan(0.7 * today.crps.value);
      expect(crps.values).toHaveLength(800);
    }
    const gaps = Array.from(path[0].data, (value, e) => Math.abs(value - path[1].data[e]));
    const error = gaps.reduce((sum, value) => sum + value, 0);
    expect(today.crps.value).toBeCloseTo(error / 1600, 5);
  });
});
