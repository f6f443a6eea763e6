import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import type { Condition } from "../../lib/conditions";
import {
  baseFromData,
  baseFromNoise,
  baseFromVelocity,
  bindDivergence,
  bindField,
  type Divergence,
  dataFromBase,
  dataFromScore,
  dataFromVelocity,
  denoiserFromScore,
  type Field,
  fieldDivergence,
  guided,
  makeField,
  masked,
  noiseFromBase,
  noiseFromScore,
  scoreFromData,
  scoreFromDenoiser,
  scoreFromNoise,
  scoreFromVelocity,
  velocityFromBase,
  velocityFromData,
  velocityFromScore,
} from "../../lib/fields";
import { brownian, linear } from "../../lib/interpolants";
import { rng } from "../../lib/random";

const n = 4;
const xi: Condition = {
  labels: Int32Array.of(0, 1, 2, 1),
  keep: ndarray([n, 3], Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1)),
};
const places = [0.2, 0.5, 0.7].map((t) => ({ x: rng(t).normals([n, 3]), t }));

/** A field of labels, x and t that says under which conditions it was bound. */
function spy(): { readonly field: Field; readonly bound: Condition[] } {
  const bound: Condition[] = [];
  const field = makeField((xi) => {
    bound.push(xi);
    return (x, t) =>
      ndarray(
        x.shape,
        x.data.map((value, e) => value * (1 + t) + (xi.labels?.[Math.floor(e / 3)] ?? 0)),
      );
  });
  return { field, bound };
}

const interpolant = linear();
const latent = linear({ gamma: brownian() });
const wrappers: Readonly<Record<string, (field: Field) => Field>> = {
  masked,
  baseFromData: (field) => baseFromData(field, { interpolant }),
  "baseFromData with a latent": (g) => baseFromData((at) => at.x, { interpolant: latent, g }),
  baseFromVelocity: (field) => baseFromVelocity(field, { interpolant }),
  dataFromBase: (field) => dataFromBase(field, { interpolant }),
  dataFromVelocity: (field) => dataFromVelocity(field, { interpolant }),
  velocityFromBase: (field) => velocityFromBase(field, { interpolant }),
  velocityFromData: (field) => velocityFromData(field, { interpolant }),
  scoreFromDenoiser: (field) => scoreFromDenoiser(field, { interpolant: latent }),
  denoiserFromScore: (field) => denoiserFromScore(field, { interpolant: latent }),
  scoreFromNoise: (field) => scoreFromNoise(field, { interpolant, sigma: 2 }),
  noiseFromScore: (field) => noiseFromScore(field, { interpolant, sigma: 2 }),
  baseFromNoise: (field) => baseFromNoise(field),
  noiseFromBase: (field) => noiseFromBase(field),
  scoreFromData: (field) => scoreFromData(field, { interpolant }),
  dataFromScore: (field) => dataFromScore(field, { interpolant }),
  velocityFromScore: (field) => velocityFromScore(field, { interpolant }),
  scoreFromVelocity: (field) => scoreFromVelocity(field, { interpolant }),
};

describe("a field bound to ξ", () => {
  it.each(Object.entries(wrappers))("by way of %s is bound once, with the same values", async (_, wrap) => {
    const { field, bound } = spy();
    const wrapped = wrap(field);
    const at = bindField(wrapped, xi);
    for (const { x, t } of places) await at(x, t);
    expect(bound).toEqual([xi]);
    for (const { x, t } of places) expect(await at(x, t)).toEqual(await wrapped({ x, t, xi }));
  });

  it("by way of guided is bound once with ξ and once with ξ hidden, where it is needed", async () => {
    const { field, bound } = spy();
    const wrapped = guided(field, { scale: (t) => (t < 0.3 ? 1 : 2) });
    const at = bindField(wrapped, xi);
    await at(places[0].x, places[0].t);
    expect(bound).toEqual([xi]);
    for (const { x, t } of places) await at(x, t);
    expect(bound).toEqual([xi, { ...xi, labels: new Int32Array(n).fill(-1) }]);
    for (const { x, t } of places) expect(await at(x, t)).toEqual(await wrapped({ x, t, xi }));
    // Where w is 1 alone, there need be nothing to hide; where it is 0, nothing to guide towards.
    await bindField(guided(field, { scale: 1 }), {})(places[0].x, 0.5);
    const apart = spy();
    await bindField(guided(apart.field, { scale: 0, unconditional: field }), xi)(places[0].x, 0.5);
    expect(apart.bound).toEqual([]);
  });

  it("by way of several wrappers is still bound once", async () => {
    const { field, bound } = spy();
    const wrapped = masked(scoreFromVelocity(dataFromVelocity(field, { interpolant }), { interpolant }));
    const at = bindField(wrapped, xi);
    for (const { x, t } of places) expect(await at(x, t)).toEqual(await at(x, t));
    expect(bound).toEqual([xi]);
  });

  it("with its divergence is bound once, exact and with a probe", async () => {
    const { field, bound } = spy();
    const divergence = fieldDivergence(field);
    const at = bindDivergence(divergence, xi);
    const probe = rng(5).normals([n, 3]);
    for (const { x, t } of places) await at(x, t);
    expect(bound).toEqual([xi]);
    for (const { x, t } of places) {
      expect(await at(x, t)).toEqual(await divergence({ x, t, xi }));
      expect(await at(x, t, probe)).toEqual(await divergence({ x, t, xi }, probe));
    }
  });

  it("is the function itself under ξ where it has nothing to prepare", async () => {
    const seen: unknown[] = [];
    const plain: Field = (input) => {
      seen.push(input.xi);
      return input.x;
    };
    const [{ x, t }] = places;
    expect(await bindField(plain, xi)(x, t)).toBe(x);
    const probed: Divergence = async (input, probe) => {
      seen.push(input.xi, probe);
      return { value: input.x, divergence: new Float64Array(n), nfe: 1 };
    };
    expect((await bindDivergence(probed, xi)(x, t, x)).value).toBe(x);
    expect(seen).toEqual([xi, xi, x]);
  });

  it("lays its mask over x of other shapes anew", async () => {
    const keep = ndarray([1, 2, 2, 1], [1, 0, 0, 1]);
    const at = bindField(
      masked(({ x }) => x),
      { keep },
    );
    for (const channels of [1, 3, 1]) {
      const x = rng(channels).normals([1, 2, 2, channels]);
      const { data } = await at(x, 0.5);
      data.forEach((value, e) => {
        expect(value).toBe(keep.data[Math.floor(e / channels)] === 1 ? 0 : x.data[e]);
      });
    }
  });

  it("asks once what base ξ says", async () => {
    const asked: string[] = [];
    const base = {
      mean: () => {
        asked.push("mean");
        return 0.5;
      },
      sigma: () => {
        asked.push("sigma");
        return 2;
      },
    };
    const at = bindField(scoreFromVelocity(spy().field, { interpolant, base }), xi);
    for (const { x, t } of places) await at(x, t);
    expect(asked).toEqual(["mean", "sigma"]);
  });

  it("refuses a ξ that it can't have: at once when bound, as a rejection when called", async () => {
    const field = masked(({ x }) => x);
    expect(() => bindField(field, {})).toThrow(/mask keep/);
    await expect(field({ ...places[0], xi: {} })).rejects.toThrow(/mask keep/);
  });
});
