import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../lib/array";
import type { PairMoments } from "../../lib/couplings";
import type { Field } from "../../lib/fields/field";
import { brownian, linear } from "../../lib/interpolants";
import { rng } from "../../lib/random";
import {
  adamsBashforth,
  dopri5,
  euler,
  type StepProgress,
  solveExponential,
  solveOde,
} from "../../lib/samplers";

// x0 and x1 Gaussian with independent elements, and x0 correlated with x1: the flow is
// X_t = m_t + (X_0 − m_0) s_t / s_0 with m and s the path's mean and width.
const values = (...v: number[]) => ndarray([v.length], Float64Array.from(v));
const moments: PairMoments = {
  mean0: values(0, 1, -2),
  mean1: values(3, -1, 0),
  variance0: values(1, 0.5, 2),
  variance1: values(0.2, 2, 1),
  covariance: values(0, 0.6, -0.9),
};
const interpolant = linear({ gamma: brownian({ scale: 0.5 }) });

const path = (t: number, e: number) => {
  const { mean0, mean1, variance0, variance1, covariance } = moments;
  const gamma2 = 0.25 * t * (1 - t);
  return {
    mean: (1 - t) * mean0.data[e] + t * mean1.data[e],
    width: Math.sqrt(
      (1 - t) ** 2 * variance0.data[e] +
        2 * t * (1 - t) * covariance.data[e] +
        t * t * variance1.data[e] +
        gamma2,
    ),
  };
};
const flow = (x: number, e: number, from: number, to: number) => {
  const [a, b] = [path(from, e), path(to, e)];
  return b.mean + ((x - a.mean) * b.width) / a.width;
};
/** The velocity by a central difference of the flow. */
const velocity = (x: number, t: number, e: number) =>
  (flow(x, e, t, t + 1e-5) - flow(x, e, t, t - 1e-5)) / 2e-5;

const start = { x: ndarray([4, 3], Float64Array.from(rng(0).normals([4, 3]).data)) };
const gaussian: Field = ({ x, t }) => ({ shape: x.shape, data: x.data.map((v, k) => velocity(v, t, k % 3)) });

const expectFlow = ({ data }: NdArray, from: number, to: number) => {
  for (let k = 0; k < 12; k++) expect(data[k]).toBeCloseTo(flow(start.x.data[k], k % 3, from, to), 6);
};

describe("solveExponential", () => {
  it.each([
    ["forwards", 0.1, 0.9],
    ["backwards", 0.9, 0.1],
  ])("solves a Gaussian in one step of Euler's method, %s", async (_, from, to) => {
    const method = euler({ steps: 1 });
    const saveAt = [0.4];
    const {
      x,
      path: states,
      nfe,
    } = await solveExponential(gaussian, start, { interpolant, moments, method, from, to, saveAt });
    expect(nfe).toBe(1);
    expectFlow(x, from, to);
    expectFlow(states[0].x, from, 0.4);
    // Euler's method alone is far off.
    const plain = await solveOde(gaussian, start, { method, from, to });
    expect(Math.abs(plain.x.data[0] - flow(start.x.data[0], 0, from, to))).toBeGreaterThan(0.05);
  });

  it("finds the ends of any other field, whatever the moments, and leaves alone what is known", async () => {
    const field: Field = ({ x, t }) => ({ shape: x.shape, data: x.data.map((v) => Math.sin(3 * v) + t) });
    const xi = {
      keep: ndarray(
        [4, 3],
        Float64Array.from({ length: 12 }, (_, k) => (k % 4 === 1 ? 1 : 0)),
      ),
    };
    const fine = { method: dopri5({ rtol: 1e-9, atol: 1e-9 }) };
    const truth = await solveOde(field, { ...start, xi }, fine);
    const point = { ...moments, variance0: values(0, 0, 0), covariance: values(0, 0, 0) };
    for (const known of [moments, point]) {
      const { x } = await solveExponential(
        field,
        { ...start, xi },
        { ...fine, interpolant: linear(), moments: known },
      );
      x.data.forEach((value, k) => {
        expect(value).toBeCloseTo(truth.x.data[k], 5);
        if (xi.keep.data[k] === 1) expect(value).toBe(start.x.data[k]);
      });
    }
  });

  it("gives the states of every batch at the time that it reached", async () => {
    // Above 10, x' = 200 cos 200 t; below, x' = x.
    const field: Field = ({ x, t }) => ({
      shape: x.shape,
      data: x.data.map((v) => (v > 10 ? 200 * Math.cos(200 * t) : v)),
    });
    const one = { mean0: values(0), mean1: values(2), variance0: values(1), variance1: values(9) };
    const { x, t, times, warnings } = await solveExponential(
      field,
      { x: ndarray([4, 1], Float64Array.of(1, 2, 20, 30)) },
      {
        interpolant: linear(),
        moments: { ...one, covariance: values(0) },
        method: dopri5({ rtol: 1e-6, atol: 1e-6, maxSteps: 40 }),
        batch: 2,
      },
    );
    expect(warnings).toHaveLength(1);
    expect(t).toBeLessThan(1);
    expect(Array.from(times)).toEqual([1, 1, t, t]);
    [Math.E, 2 * Math.E, 20 + Math.sin(200 * t), 30 + Math.sin(200 * t)].forEach((value, i) => {
      expect(x.data[i]).toBeCloseTo(value, 3);
    });
  });

  it("shows onStep the states, not its coordinates, batch by batch and with what is known", async () => {
    const keep = ndarray([4, 3], [0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0]);
    let steps = 0;
    const seen = ({ done, t, x }: StepProgress) => {
      steps++;
      expect(x.shape).toEqual([done === 0 ? 3 : 1, 3]);
      x.data.forEach((value, e) => {
        const at = 3 * done + e;
        const known = keep.data[at] === 1;
        expect(value).toBeCloseTo(known ? start.x.data[at] : flow(start.x.data[at], at % 3, 0.1, t), 6);
      });
    };
    const options = { interpolant, moments, method: euler({ steps: 3 }), from: 0.1, to: 0.9, batch: 3 };
    await solveExponential(gaussian, { ...start, xi: { keep } }, { ...options, onStep: seen });
    expect(steps).toBe(6);
  });

  it("refuses moments of samples of another size", async () => {
    const wide = { x: rng(1).normals([2, 4]) };
    await expect(
      solveExponential(({ x }) => x, wide, { interpolant, moments, method: euler({ steps: 2 }), batch: 1 }),
    ).rejects.toThrow("samples of 3 elements, as those of the affine velocity's moments");
  });

  it("is of its method's order", async () => {
    const field: Field = ({ x, t }) => ({ shape: x.shape, data: x.data.map((v) => Math.sin(3 * v) + t) });
    const options = { interpolant: linear(), moments };
    const truth = await solveOde(field, start, { method: dopri5({ rtol: 1e-11, atol: 1e-11 }) });
    const error = async (steps: number) => {
      const { x } = await solveExponential(field, start, { ...options, method: adamsBashforth({ steps }) });
      return Math.max(...x.data.map((value, k) => Math.abs(value - truth.x.data[k])));
    };
    expect(Math.log2((await error(80)) / (await error(160)))).toBeCloseTo(2, 0);
  });
});
