import { describe, expect, it } from "vitest";
import {
  atBase,
  brownian,
  digitInpainting,
  type Field,
  interpolate,
  linear,
  mlp,
  modelInterpolant,
  type NdArray,
  networkField,
  pathExamples,
  pretrained,
  rng,
  sliceRows,
  take,
} from "../../../lib";
import { conditionRows } from "../../../lib/conditions";
import { randomParameters } from "../../networks/evaluate";

const { data, train, coupling } = await digitInpainting.load();
const model = await pretrained(digitInpainting);
const draw = (samples: typeof train, n: number, seed: string) => coupling.draw(take(samples, n), rng(seed));
const examples = pathExamples({
  pairs: await draw(train, 8, "examples"),
  interpolant: modelInterpolant,
  times: [0.001, 0.3, 0.7, 0.999],
});
const int8 = networkField({ ...model, engine: "onnx", precision: "int8", examples });
const float = networkField({ ...model, engine: "onnx" });

const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
const away = (a: NdArray, b: NdArray) => norm(a.data.map((v, i) => v - b.data[i])) / norm(b.data);

describe("a U-Net's field in int8", () => {
  it("is within a few per cent of float32, on images that it wasn't measured on", async () => {
    const pairs = await draw(data.test, 8, "unseen");
    for (const t of [0, 0.5, 0.95]) {
      const at = new Float64Array(8).fill(t);
      const { xt: x } = interpolate({ interpolant: modelInterpolant, pairs, t: at, keep: pairs.xi.keep });
      const [found, wanted] = [await int8({ x, t, xi: pairs.xi }), await float({ x, t, xi: pairs.xi })];
      expect(away(found, wanted)).toBeLessThan(0.08);
      expect(away(found, wanted)).toBeGreaterThan(1e-3); // it isn't float32
    }
  });

  it("is zero on known pixels, and the same for each sample alone", async () => {
    const pairs = await draw(data.test, 5, "few");
    const { x, xi } = atBase(pairs);
    const all = await int8({ x, t: 0.4, xi });
    const keep = xi.keep as NdArray;
    expect(all.data.every((value, i) => keep.data[i] === 0 || value === 0)).toBe(true);
    const one = await int8({ x: sliceRows(x, 2, 3), t: 0.4, xi: conditionRows(xi, 2, 3) });
    const wanted = sliceRows(all, 2, 3);
    // Sums in another order may round a few numbers to the next byte.
    expect(away(one, wanted)).toBeLessThan(0.02);
  });
});

describe("int8", () => {
  const fieldOf =
    (options: object): (() => Field) =>
    () =>
      networkField({ ...model, ...options });

  it("needs examples, a known name, and convolutions", async () => {
    expect(fieldOf({ precision: "int8" })).toThrow(/examples of what the network is given.*pathExamples/);
    expect(fieldOf({ precision: "int8", examples: [] })).toThrow(/received none/);
    expect(fieldOf({ precision: "int4" })).toThrow(/precision.*int4/);
    const network = mlp({ dim: 2, width: 8, depth: 2 });
    const x = rng(0).normals([4, 2]);
    const plane = networkField({
      network,
      parameters: randomParameters(network.shapes),
      engine: "onnx",
      precision: "int8",
      examples: [{ x, t: 0.5, xi: {} }],
    });
    await expect(plane({ x, t: 0.5, xi: {} })).rejects.toThrow(
      /convolutions .* Leave the precision at float32/,
    );
  });
});

describe("examples on the path", () => {
  it("need an rng for a latent", () => {
    const pairs = { x0: rng(1).normals([6, 2]), x1: rng(2).normals([6, 2]), xi: {} };
    const interpolant = linear({ gamma: brownian() });
    expect(() => pathExamples({ pairs, interpolant })).toThrow(
      `Expected an rng to draw the latent of the interpolant "${interpolant.name}", but received none. ` +
        "Pass rng: rng(seed).",
    );
  });

  it("are I_t with its latent, at each time", async () => {
    const pairs = { x0: rng(1).normals([6, 2]), x1: rng(2).normals([6, 2]), xi: {} };
    const interpolant = linear({ gamma: brownian() });
    const made = pathExamples({ pairs, interpolant, times: [0.2, 0.9], rng: rng(3) });
    const z = rng(3).normals([6, 2]);
    expect(made.map(({ t }) => t)).toEqual([0.2, 0.9]);
    for (const { x, t, xi } of made) {
      const { alpha, beta, gamma } = interpolant.at(t);
      expect(xi).toBe(pairs.xi);
      x.data.forEach((value, i) => {
        const wanted = alpha * pairs.x0.data[i] + beta * pairs.x1.data[i] + gamma * z.data[i];
        expect(value).toBeCloseTo(wanted, 6);
      });
    }
    expect(() => pathExamples({ pairs, interpolant, times: [], rng: rng(3) })).toThrow(/one time or more/);
    expect(() => pathExamples({ pairs, interpolant })).toThrow(/latent/);
  });
});
