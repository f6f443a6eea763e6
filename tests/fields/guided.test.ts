import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import type { Condition } from "../../lib/conditions";
import { threeModes } from "../../lib/couplings";
import { exactFlow, type Field, guided } from "../../lib/fields";
import { linear } from "../../lib/interpolants";
import { rng } from "../../lib/random";

const coupling = threeModes({ pairing: "independent" });
const interpolant = linear();
const conditional = exactFlow({ coupling, interpolant, conditioned: true }).velocity;
const unconditional = exactFlow({ coupling, interpolant, conditioned: false }).velocity;
/** What a network trained with and without labels would be: label −1 is "not given". */
const field: Field = (at) => (at.xi.labels?.every((label) => label === -1) ? unconditional : conditional)(at);

const x = rng(1).normals([5, 2]);
const at = { x, t: 0.6, xi: { labels: Int32Array.of(0, 1, 2, 1, 0) } };

describe("guided", () => {
  it("is unconditional at w = 0 and conditional at w = 1", async () => {
    expect(await guided(field, { scale: 0 })(at)).toEqual(unconditional(at));
    expect(await guided(field, { scale: 1 })(at)).toEqual(conditional(at));
  });

  it.each([-0.5, 0.5, 3])("is a line between them and beyond: w = %d", async (scale) => {
    const { data } = await guided(field, { scale })(at);
    const [a, b] = [unconditional(at).data, conditional(at).data];
    data.forEach((value, e) => {
      expect(value).toBeCloseTo((1 - scale) * a[e] + scale * b[e], 5);
    });
    expect(Math.max(...a.map((value, e) => Math.abs(value - b[e])))).toBeGreaterThan(0.1);
  });

  it("keeps to its interval, and follows a schedule", async () => {
    const some = guided(field, { scale: 3, interval: [0.2, 0.5] });
    const all = guided(field, { scale: (t) => (t > 0.4 ? 3 : 0) });
    expect(await some(at)).toEqual(conditional(at));
    expect(await some({ ...at, t: 0.2 })).not.toEqual(conditional({ ...at, t: 0.2 }));
    expect(await some({ ...at, t: 0.5 })).toEqual(await all({ ...at, t: 0.5 }));
    expect(await all({ ...at, t: 0.4 })).toEqual(unconditional({ ...at, t: 0.4 }));
  });

  it("drops what it is told to, and can take the unconditional field from elsewhere", async () => {
    const image = ndarray([5, 1], new Float32Array(5).fill(2));
    const shown: Field = (input) => {
      const shift = input.xi.image?.data[0] ?? 0;
      return ndarray(
        input.x.shape,
        Float32Array.from(input.x.data, (value) => value + shift),
      );
    };
    const asked = { ...at, xi: { ...at.xi, image } };
    const made = guided(shown, { scale: 2, drop: ({ image: _, ...rest }) => rest });
    const { data } = await made(asked);
    data.forEach((value, e) => {
      expect(value).toBeCloseTo(x.data[e] + 4, 5);
    });
    const apart = await guided(conditional, { scale: 2, unconditional })(at);
    expect(apart).toEqual(await guided(field, { scale: 2 })(at));
  });

  it("by itself hides labels, soft labels and embeddings, and leaves masks and images", async () => {
    const part = (width: number) => rng(width).normals([5, width]);
    const xi = {
      labels: at.xi.labels,
      labelWeights: part(3),
      embedding: part(2),
      keep: part(1),
      image: part(4),
    };
    const seen: Condition[] = [];
    const spy: Field = (input) => {
      seen.push(input.xi);
      return input.x;
    };
    await guided(spy, { scale: 2 })({ ...at, xi });
    const [hidden, shown] = seen;
    expect(shown).toEqual(xi);
    expect(hidden).toEqual({
      labels: new Int32Array(5).fill(-1),
      labelWeights: ndarray([5, 3], new Float32Array(15)),
      embedding: ndarray([5, 2], new Float32Array(10).fill(Number.NaN)),
      keep: xi.keep,
      image: xi.image,
    });
  });

  it("refuses what it cannot guide", async () => {
    await expect(async () => guided(field, { scale: 2 })({ ...at, xi: {} })).rejects.toThrow(
      /labels or an embedding to guide towards.*pass drop/,
    );
    expect(() => guided(field, { scale: Number.NaN })).toThrow("finite guidance scale");
    expect(() => guided(field, { scale: 2, interval: [0.5, 0.2] })).toThrow("from ≤ to");
    await expect(async () => guided(field, { scale: (t) => 1 / (t - 0.6) })(at)).rejects.toThrow(
      "at t = 0.6",
    );
  });
});
