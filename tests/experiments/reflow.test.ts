import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray, takeRows } from "../../lib/array";
import { maskPart } from "../../lib/conditions";
import {
  type Coupling,
  gaussianMixture,
  softLabels,
  superResolution,
  threeModes,
  withEmbedding,
} from "../../lib/couplings";
import { batchOf, rowsOf } from "../../lib/data";
import { reflow } from "../../lib/experiments";
import { exactFlow, type Field } from "../../lib/fields";
import { linear } from "../../lib/interpolants";
import { pathBound, slicedW2 } from "../../lib/metrics";
import { mlp } from "../../lib/networks";
import { rng } from "../../lib/random";
import { dopri5, euler, rk4 } from "../../lib/samplers";
import { train } from "../../lib/training";

const still: Field = ({ x }) =>
  ndarray(
    x.shape,
    x.data.map(() => 0),
  );
const labelsOf = (n: number) => Int32Array.from({ length: n }, (_, i) => i % 3);

describe("reflow of a Gaussian flow", () => {
  const gaussian = (m: number, s: number, cov01 = 0) =>
    gaussianMixture({
      components: [{ weight: 1, mean0: [0], mean1: [m], cov00: [[1]], cov01: [[cov01]], cov11: [[s * s]] }],
    });
  const again = async (coupling: ReturnType<typeof gaussian>, method: ReturnType<typeof euler>) =>
    reflow({
      b: exactFlow({ coupling, interpolant: linear() }).velocity,
      coupling,
      request: { shape: [20, 1] },
      rng: rng(4),
      method,
    });

  it("joins x0 to m + s x0, the optimal map, and keeps that when done again, in one step", async () => {
    const range = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    await fc.assert(
      fc.asyncProperty(range(-3, 3), range(0.2, 3), async (m, s) => {
        const first = await again(gaussian(m, s), rk4({ steps: 60 }));
        const second = await again(gaussian(m, s, s), euler({ steps: 1 }));
        for (const { data } of [first, second]) {
          data.x.data.forEach((value, i) => {
            expect(Math.abs(value - (m + s * (data.x0?.data[i] ?? Number.NaN)))).toBeLessThan(1e-4);
          });
        }
        expect(second.data.x0).toEqual(first.data.x0);
        expect(second.solution.nfe).toBe(1);
      }),
      { numRuns: 6 },
    );
  });
});

describe("reflow of the flow between three modes", () => {
  const n = 800;
  const coupling = threeModes({ pairing: "independent" });
  const request = { shape: [n, 2] };
  const b = exactFlow({ coupling, interpolant: linear() }).velocity;
  const done = reflow({ b, coupling, request, rng: rng(1), method: rk4({ steps: 40 }) });

  it("keeps the base as it was and gives the targets' distribution", async () => {
    const { data, solution } = await done;
    expect(data.x0).toEqual(coupling.start(request, rng(1)).x0);
    expect(solution.nfe).toBe(160);
    const [one, two] = [coupling.targets(n, rng(2)).x, coupling.targets(n, rng(3)).x];
    const distance = (x: NdArray, y: NdArray) => slicedW2(x, y, { projections: 50, rng: rng(5) });
    // The distance of two sets of targets is what chance alone gives: here by the shares of the modes.
    expect(distance(data.x, one)).toBeLessThan(2 * distance(one, two) + 0.1);
    expect(distance(data.x0 ?? one, one)).toBeGreaterThan(3);
  });

  it("lowers the bound from 63.3 to the cost of the flow before, 47.0", async () => {
    const { data, coupling: straighter } = await done;
    const bound = (pairs: Parameters<typeof pathBound>[0]["pairs"]) =>
      pathBound({ pairs, interpolant: linear() });
    const before = bound(coupling.draw(coupling.targets(n, rng(2)), rng(1)));
    const after = bound(straighter.draw(data, rng(6)));
    expect(Math.abs(before.value - 63.3)).toBeLessThan(4 * before.standardError + 0.05);
    expect(Math.abs(after.value - 47)).toBeLessThan(4 * after.standardError + 0.05);
    expect(before.value - after.value).toBeGreaterThan(6 * before.standardError);
  });

  it("can take the coupling's place: pairs stay together, starts and ξ are as before", async () => {
    const labelled = threeModes({ pairing: "independent", labelled: true });
    const request = { shape: [60, 2], labels: labelsOf(60) };
    const { data, coupling: straighter } = await reflow({
      b: exactFlow({ coupling: labelled, interpolant: linear() }).velocity,
      coupling: labelled,
      request,
      rng: rng(1),
      method: rk4({ steps: 30 }),
    });
    for (let i = 0; i < 60; i++) {
      const angle = (((i % 3) - 1) * 2 * Math.PI) / 3;
      const off = Math.hypot(
        data.x.data[2 * i] - 4 * Math.cos(angle),
        data.x.data[2 * i + 1] - 4 * Math.sin(angle),
      );
      expect(off).toBeLessThan(5 * 0.4);
    }
    expect(straighter.condition).toBe(labelled.condition);
    expect(straighter.start?.(request, rng(7))).toEqual(labelled.start(request, rng(7)));
    const targets = batchOf(data, 30, rng(8));
    const { x0, x1, xi, ...rest } = straighter.draw(targets, rng(9));
    expect({ x0, x1, xi, rest }).toEqual({
      x0: targets.x0,
      x1: targets.x,
      xi: { labels: targets.labels },
      rest: {},
    });
    const network = mlp({ dim: 2, width: 8, depth: 1, condition: straighter.condition });
    const trained = await train({
      data,
      coupling: straighter,
      interpolant: linear(),
      network,
      steps: 2,
      seed: 0,
    });
    expect(trained.losses.every(Number.isFinite)).toBe(true);
  });
});

describe("conditions", () => {
  const base = threeModes({ pairing: "independent" });
  const go = (coupling: Coupling, more: object) =>
    reflow({
      b: still,
      coupling,
      request: { shape: [3, 2], ...more },
      rng: rng(1),
      method: euler({ steps: 1 }),
    });

  it("are carried with the pairs: labels, soft labels and embeddings, but nothing unshown", async () => {
    const labelWeights = ndarray([3, 2], [1, 0, 0.5, 0.5, 0, 1]);
    const embedding = ndarray([3, 1], [1, 2, 3]);
    const wrapped = withEmbedding(softLabels(base, { classes: 2 }), { width: 1 });
    const soft = await go(wrapped, { labelWeights, embedding });
    const rows = [2, 0];
    const { xi } = soft.coupling.draw(rowsOf(soft.data, rows), rng(1));
    expect(xi).toEqual({ labelWeights: takeRows(labelWeights, rows), embedding: takeRows(embedding, rows) });
    const hidden = await go(base, { labels: labelsOf(3) });
    expect(hidden.data.labels).toEqual(labelsOf(3));
    expect(hidden.coupling.draw(hidden.data, rng(1)).xi).toEqual({});
    // A mask that the coupling's start draws goes with the pairs as well.
    const keep = ndarray([3, 2], [1, 0, 0, 1, 1, 1]);
    const start = () => ({ x0: ndarray([3, 2], new Float32Array(6)), xi: { keep } });
    const masked = { name: "masked", condition: { keep: maskPart() }, draw: base.draw, start };
    const kept = await go(masked, {});
    expect(kept.coupling.draw(rowsOf(kept.data, rows), rng(1)).xi).toEqual({ keep: takeRows(keep, rows) });
  });

  it("that come from the target, and flows that do not arrive, are refused", async () => {
    const sr = superResolution({ factor: 2, channels: 1, sigma: 0.1 });
    await expect(go(sr, {})).rejects.toThrow('"super-resolution ×2", whose base is made from x1');
    const wild: Field = ({ x, t }) =>
      ndarray(
        x.shape,
        x.data.map((value) => value * 1e4 * Math.sin(1e6 * t)),
      );
    const method = dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 5 });
    const lost = reflow({ b: wild, coupling: base, request: { shape: [3, 2] }, rng: rng(1), method });
    await expect(lost).rejects.toThrow("did not reach t = 1");
  });
});

it("refuses labels that are not one per draw before it solves anything, whether shown or not", async () => {
  const coupling = threeModes({ pairing: "matched" });
  const solved = reflow({
    b: () => {
      throw new Error("solved");
    },
    coupling: { ...coupling, start: () => ({ x0: ndarray([4, 2], new Float32Array(8)), xi: {} }) },
    request: { shape: [4, 2], labels: labelsOf(3) },
    rng: rng(1),
    method: euler({ steps: 1 }),
  });
  await expect(solved).rejects.toThrow("4 entries in ξ.labels, one per sample, but received 3");
});
