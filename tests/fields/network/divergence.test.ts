import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { labelsPart, maskPart } from "../../../lib/conditions";
import type { EngineName } from "../../../lib/engine";
import { bindDivergence, fieldDivergence, networkDivergence, networkField } from "../../../lib/fields";
import { mlp, type Network } from "../../../lib/networks";
import { rng } from "../../../lib/random";
import { tinyUnet } from "../../networks/tiny-unet";

/** Parameters drawn at random, the last layer's too, which starts at zero. */
function randomParameters(network: Network) {
  const source = rng(1);
  return Object.fromEntries(
    Object.entries(network.shapes).map(([name, shape]) => {
      const values = source.fork(name).normals(shape);
      for (let e = 0; e < values.data.length; e++) values.data[e] *= 0.4;
      return [name, values];
    }),
  );
}
const network = mlp({
  dim: 3,
  width: 8,
  depth: 2,
  condition: { labels: labelsPart({ classes: 2 }), keep: maskPart() },
});
const parameters = randomParameters(network);
const x = rng(2).normals([5, 3]);
const xi = {
  labels: Int32Array.of(0, 1, 0, 1, 1),
  keep: ndarray([5, 3], Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1)),
};
const at = { x, t: 0.4, xi };
const probe = rng(3).normals([5, 3]);
const close = (found: ArrayLike<number>, wanted: ArrayLike<number>, by: number) => {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i] - wanted[i])).toBeLessThan(by);
};

describe.each(["cpu", "onnx"] as EngineName[])("networkDivergence on %s", (engine) => {
  const divergence = networkDivergence({ network, parameters, engine });
  const b = networkField({ network, parameters, engine });

  it("is that of the network's field by differences, exact and with a probe", async () => {
    // Wide steps: the field computes in float32.
    const differences = fieldDivergence(b, { step: 5e-3 });
    for (const v of [undefined, probe]) {
      const found = await divergence(at, v);
      const wanted = await differences(at, v);
      close(found.divergence, wanted.divergence, 2e-3);
      expect(Math.max(...found.divergence.map(Math.abs))).toBeGreaterThan(0.1);
      close(found.value.data, (await b(at)).data, 1e-6);
      expect(found.nfe).toBe(v ? 1 : 3);
    }
  });

  it("has the exact divergence as its mean over all signs of a probe", async () => {
    const total = new Float64Array(5);
    for (let signs = 0; signs < 8; signs++) {
      const v = Float32Array.from({ length: 15 }, (_, e) => ((signs >> (e % 3)) & 1 ? 1 : -1));
      const masked = v.map((value, e) => value * (1 - xi.keep.data[e]));
      (await divergence(at, ndarray([5, 3], masked))).divergence.forEach((value, i) => {
        total[i] += value / 8;
      });
    }
    close(total, (await divergence(at)).divergence, 1e-5);
    expect(total[3]).toBe(0);
  });

  it("is the same to the bit when bound to its condition", async () => {
    const chunked = networkDivergence({ network, parameters, engine, chunk: 4 });
    const bound = bindDivergence(chunked, xi);
    for (const t of [0.4, 0.9]) {
      for (const v of [undefined, probe]) {
        expect(await bound(x, t, v)).toEqual(await chunked({ x, t, xi }, v));
      }
    }
  });

  it("does not depend on chunks", async () => {
    const chunked = networkDivergence({ network, parameters, engine, chunk: 2 });
    for (const v of [undefined, probe]) {
      const [found, wanted] = [await chunked(at, v), await divergence(at, v)];
      close(found.divergence, wanted.divergence, 1e-5);
      close(found.value.data, wanted.value.data, 1e-5);
    }
  });
});

describe("networkDivergence", () => {
  it("serves images", async () => {
    const small = tinyUnet({ keep: maskPart() });
    const given = { network: small, parameters: randomParameters(small) };
    const images = { x: rng(4).normals([2, 4, 4, 1]), t: 0.3, xi: { keep: rng(5).normals([2, 4, 4, 1]) } };
    images.xi.keep.data.forEach((value, e, data) => {
      data[e] = value > 0 ? 1 : 0;
    });
    const v = rng(6).normals([2, 4, 4, 1]);
    const found = await networkDivergence(given)(images, v);
    // An even higher order of differences: (8 (b₁ − b₋₁) − (b₂ − b₋₂)) / 12h along v.
    const b = networkField(given);
    const along = async (h: number) => {
      const shifted: NdArray = ndarray(
        images.x.shape,
        Float64Array.from(images.x.data, (value, e) => value + h * v.data[e]),
      );
      const { data } = await b({ ...images, x: shifted });
      return [0, 1].map((i) =>
        Array.from(v.data.subarray(16 * i, 16 * i + 16)).reduce((sum, c, e) => sum + c * data[16 * i + e], 0),
      );
    };
    const h = 0.01;
    const [far, near, after, beyond] = [
      await along(-2 * h),
      await along(-h),
      await along(h),
      await along(2 * h),
    ];
    for (const i of [0, 1]) {
      const derivative = (8 * (after[i] - near[i]) - (beyond[i] - far[i])) / (12 * h);
      expect(Math.abs(found.divergence[i] - derivative)).toBeLessThan(0.01 * (1 + Math.abs(derivative)));
      expect(Math.abs(derivative)).toBeGreaterThan(0.05);
    }
  });

  it("refuses probes and chunks that do not fit", async () => {
    expect(() => networkDivergence({ network, parameters, chunk: 0 })).toThrow("a chunk of 1");
    await expect(
      networkDivergence({ network, parameters })(at, ndarray([5, 1], probe.data.slice(0, 5))),
    ).rejects.toThrow("a probe, like x");
  });
});
