import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import {
  divergenceFromRest,
  type Field,
  fieldDivergence,
  standardNormalLogDensity,
  velocityFromRest,
} from "../../lib/fields";
import { gaussian } from "../../lib/gaussian";
import { affineVelocity, linear } from "../../lib/interpolants";
import { restLoss } from "../../lib/objectives";
import { rng } from "../../lib/random";
import { dopri5, logLikelihood } from "../../lib/samplers";

const array = (...values: number[]) => ndarray([values.length], Float64Array.from(values));
const moments = {
  mean0: array(0, 0, 0),
  mean1: array(2, 0.3, -1),
  variance0: array(1, 1, 1),
  variance1: array(0.4, 2, 0.05),
  covariance: array(0, 0, 0),
};
const affine = affineVelocity({ interpolant: linear(), moments });
/** Not linear, with ∂F_i/∂x_j ≠ 0 for i ≠ j. */
const rest: Field = ({ x, t }) =>
  ndarray(
    x.shape,
    Float64Array.from(x.data, (value, e) => Math.sin(value) + t * x.data[3 * Math.floor(e / 3)]),
  );
const x = ndarray([4, 3], Float64Array.from(rng(1).normals([4, 3]).data));

describe("divergenceFromRest", () => {
  it.each([undefined, ndarray([4, 3], Float64Array.from(rng(2).normals([4, 3]).data))])(
    "is the divergence of velocityFromRest (probe %#)",
    async (probe) => {
      const wanted = await fieldDivergence(velocityFromRest(rest, affine))({ x, t: 0.6, xi: {} }, probe);
      const found = await divergenceFromRest(fieldDivergence(rest), affine)({ x, t: 0.6, xi: {} }, probe);
      found.divergence.forEach((value, i) => {
        expect(value).toBeCloseTo(wanted.divergence[i], 7);
      });
      found.value.data.forEach((value, e) => {
        expect(value).toBeCloseTo(wanted.value.data[e], 12);
      });
      expect(found.nfe).toBe(probe ? 3 : 7);
    },
  );

  it("gives the likelihood of a Gaussian where there is no rest", async () => {
    const zero: Field = ({ x }) => ndarray(x.shape, new Float64Array(x.data.length));
    const { logDensity } = await logLikelihood({
      divergence: divergenceFromRest(fieldDivergence(zero), affine),
      x1: x,
      base: standardNormalLogDensity,
      method: dopri5({ rtol: 1e-8, atol: 1e-8 }),
    });
    const law = gaussian(Float64Array.of(2, 0.3, -1), Float64Array.of(0.4, 0, 0, 0, 2, 0, 0, 0, 0.05));
    logDensity.forEach((log, i) => {
      expect(log).toBeCloseTo(law.logDensity(x.data.subarray(3 * i, 3 * i + 3)), 5);
    });
  });

  it("refuses a mask", async () => {
    const xi = { keep: ndarray([4, 3], new Float32Array(12)) };
    await expect(async () =>
      divergenceFromRest(fieldDivergence(rest), affine)({ x, t: 0.5, xi }),
    ).rejects.toThrow(/without a mask/);
  });
});

describe("moments of samples of another size", () => {
  const wider = { x: rng(3).normals([4, 6]), t: 0.6, xi: {} };
  const message =
    "Expected samples of 3 elements, as those of the affine velocity's moments, but received shape [4, 6]. " +
    "Take pairMoments of the same data.";

  it("are refused by the velocity, its divergence and the objective", async () => {
    const work = {
      velocity: async () => velocityFromRest(rest, affine)(wider),
      divergence: async () => divergenceFromRest(fieldDivergence(rest), affine)(wider),
      objective: async () => {
        const { x: dxt } = wider;
        const pairs = { x0: dxt, x1: dxt, xi: {} };
        return restLoss(affine).target({ interpolant: linear(), pairs, t: [0, 0.3, 0.6, 1], xt: dxt, dxt });
      },
    };
    for (const [name, refused] of Object.entries(work))
      await expect(refused(), name).rejects.toThrow(message);
  });
});
