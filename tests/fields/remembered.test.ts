import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { type Field, remembered, scoreFromVelocity } from "../../lib/fields";
import { linear } from "../../lib/interpolants";
import { rng } from "../../lib/random";
import { eulerMaruyama, solveSde, stochasticHeun } from "../../lib/samplers";

const field: Field = ({ x, t, xi }) =>
  ndarray(
    x.shape,
    Float64Array.from(x.data, (value, e) => Math.sin(value) - t + (xi.labels?.[Math.floor(e / 2)] ?? 0)),
  );
const counted = () => {
  let count = 0;
  const once = remembered(field, () => count++);
  return { once, count: () => count };
};

describe("remembered", () => {
  it.each([eulerMaruyama, stochasticHeun])(
    "halves the evaluations of an SDE, to the same end",
    async (method) => {
      const start = {
        x: ndarray(
          [3, 2],
          Float64Array.from({ length: 6 }, (_, e) => e / 3),
        ),
      };
      const options = { method: method({ steps: 5 }), epsilon: (t: number) => 1 - t, rng: rng(1) };
      const interpolant = linear();
      const { once, count } = counted();
      const twice = await solveSde(
        { b: field, s: scoreFromVelocity(field, { interpolant }) },
        start,
        options,
      );
      const shared = await solveSde({ b: once, s: scoreFromVelocity(once, { interpolant }) }, start, options);
      expect(Array.from(shared.x.data)).toEqual(Array.from(twice.x.data));
      expect(shared.nfe).toBe(twice.nfe);
      expect(count()).toBe(5 * options.method.tableau.b.length);
    },
  );

  it("sees a new time, a new condition, and new numbers in the same array", async () => {
    const { once, count } = counted();
    const x = ndarray([1, 2], Float64Array.of(1, 2));
    const xi = {};
    const first = await once({ x, t: 0.5, xi });
    await once({ x, t: 0.5, xi });
    expect(count()).toBe(1);
    await once({ x, t: 0.6, xi });
    expect(count()).toBe(2);
    const other = { labels: Int32Array.of(3) };
    expect((await once({ x, t: 0.6, xi: other })).data[0]).toBeCloseTo(Math.sin(1) - 0.6 + 3, 12);
    x.data[0] = 5;
    expect((await once({ x, t: 0.6, xi: other })).data[0]).toBeCloseTo(Math.sin(5) - 0.6 + 3, 12);
    expect(count()).toBe(4);
    expect(first.data[0]).toBeCloseTo(Math.sin(1) - 0.5, 12);
  });

  it("does not give out its memory", async () => {
    const { once } = counted();
    const at = { x: ndarray([1, 2], Float64Array.of(1, 2)), t: 0.5, xi: {} };
    (await once(at)).data[0] = 99;
    expect((await once(at)).data[0]).toBeCloseTo(Math.sin(1) - 0.5, 12);
  });
});
