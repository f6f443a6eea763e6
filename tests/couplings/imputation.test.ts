import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import {
  columns,
  couplingStrength,
  imputation,
  inpainting,
  labelDropout,
  withLabels,
} from "../../lib/couplings";
import { table } from "../../lib/data";
import { linear } from "../../lib/interpolants";
import { mlp } from "../../lib/networks";
import { rng } from "../../lib/random";
import { euler, solveOde } from "../../lib/samplers";
import { adam, train } from "../../lib/training";

const spans = [
  [0, 1],
  [1, 4],
  [4, 5],
] as const;
const known = ndarray([3, 5], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1]);
const x = ndarray(
  [3, 5],
  known.data.map((kept, e) => (kept === 1 ? e + 1 : Number.NaN)),
);

describe("columns", () => {
  it("hides whole columns with probability p", () => {
    const n = 4000;
    const { shape, data } = columns({ spans, p: 0.3 }).draw({ n, h: 1, w: 5 }, rng(1));
    expect(shape).toEqual([n, 1, 5, 1]);
    const hidden = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const row = data.subarray(5 * i, 5 * i + 5);
      expect(row[1] === row[2] && row[2] === row[3]).toBe(true);
      row.forEach((kept, k) => {
        hidden[k] += 1 - kept;
      });
    }
    // Five standard errors of a share of 0.3.
    for (const count of hidden) expect(Math.abs(count / n - 0.3)).toBeLessThan(5 * Math.sqrt(0.21 / n));
  });

  it("draws a share for each row, so that all are hidden as often as each number is", () => {
    const n = 6000;
    const { data } = columns({ spans }).draw({ n, h: 1, w: 5 }, rng(2));
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) counts[3 - (data[5 * i] + data[5 * i + 1] + data[5 * i + 4])]++;
    // ∫ C(3, k) pᵏ (1 − p)³⁻ᵏ dp = 1/4 for each k.
    for (const count of counts) expect(Math.abs(count / n - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / n));
  });

  it("refuses other rows, probabilities and spans", () => {
    expect(() => columns({ spans, p: 2 })).toThrow("a probability p from 0 to 1");
    expect(() => columns({ spans, p: [0.5, 0.2] })).toThrow("the least and the largest");
    expect(() =>
      columns({
        spans: [
          [0, 1],
          [2, 3],
        ],
      }),
    ).toThrow("one after the other from 0");
    expect(() => columns({ spans: [] })).toThrow("spans of columns");
    expect(() => columns({ spans }).draw({ n: 1, h: 1, w: 4 }, rng(0))).toThrow("rows of 5 coordinates");
    expect(() => columns({ spans }).draw({ n: 1, h: 2, w: 5 }, rng(0))).toThrow("images");
  });

  it("make in-painting of complete rows", () => {
    const rows = rng(3).normals([50, 5]);
    const { x0, x1, xi } = inpainting({ mask: columns({ spans, p: 0.5 }) }).draw({ x: rows }, rng(4));
    expect([x1, xi.keep!.shape]).toEqual([rows, [50, 5]]);
    rows.data.forEach((value, e) => {
      expect(x0.data[e] === value).toBe(xi.keep!.data[e] === 1);
    });
  });
});

describe("imputation", () => {
  const coupling = imputation({ mask: columns({ spans, p: 0.5 }), dim: 5 });

  it("hides known values, and neither moves nor shows missing ones", () => {
    let hidden = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { x0, x1, xi, zeta } = coupling.draw({ x, keep: known }, rng(seed));
      known.data.forEach((kept, e) => {
        expect(xi.image!.data[e]).toBe(1 - kept);
        if (kept === 0) expect([x0.data[e], x1.data[e], xi.keep!.data[e]]).toEqual([0, 0, 1]);
        else {
          expect(x1.data[e]).toBe(e + 1);
          const still = xi.keep!.data[e] === 1;
          hidden += still ? 0 : 1;
          expect(x0.data[e]).toBe(still ? e + 1 : zeta!.data[e]);
          expect(zeta!.data[e] === 0).toBe(still);
        }
      });
    }
    expect(hidden).toBeGreaterThan(60);
  });

  it("starts filling in from noise where values are missing, and nowhere else", () => {
    const { x0, xi } = coupling.impute({ x, keep: known }, rng(1));
    expect(xi.keep!.data).toEqual(known.data);
    expect(xi.image!.data.every((value) => value === 0)).toBe(true);
    known.data.forEach((kept, e) => {
      expect(x0.data[e] === e + 1).toBe(kept === 1);
    });
  });

  it("refuses what it can't know", () => {
    expect(() => coupling.draw({ x }, rng(0))).toThrow(/finite numbers, or 0 in keep.*NaN in row 1/);
    expect(() => coupling.draw({ x: ndarray([1, 2], [1, 2]) }, rng(0))).toThrow("shape [any, 5]");
    expect(() => imputation({ mask: columns({ spans }), dim: 0 })).toThrow("as dim");
    const labelled = imputation({ mask: columns({ spans }), dim: 5, classes: 2 });
    expect(() => labelled.draw({ x, keep: known }, rng(0))).toThrow("3 labels");
    const { xi } = labelled.impute({ x, keep: known, labels: Int32Array.of(0, 1, 1) }, rng(0));
    expect(xi.labels).toEqual(Int32Array.of(0, 1, 1));
  });

  it("refuses a mask of known values that is neither 0 nor 1", () => {
    const half = ndarray([1, 5], [1, 0.5, 1, 1, 1]);
    for (const draw of ["draw", "impute"] as const) {
      expect(() => coupling[draw]({ x: ndarray([1, 5], [1, 2, 3, 4, 5]), keep: half }, rng(0))).toThrow(
        "1 (known) and 0 (in the hole), but received 0.5 in sample 0",
      );
    }
  });

  it("can be wrapped, though x1 is not the targets' own where they have gaps", async () => {
    const labels = Int32Array.of(0, -1, 1);
    const targets = { x, keep: known, labels };
    const plain = coupling.draw(targets, rng(3));
    const shown = withLabels(coupling, { classes: 2, missing: true }).draw(targets, rng(3));
    expect([shown.x0, shown.x1, shown.xi.labels]).toEqual([plain.x0, plain.x1, labels]);
    const dropped = labelDropout(withLabels(coupling, { classes: 2, missing: true }), { p: 1 });
    expect(dropped.draw(targets, rng(3)).xi.labels).toEqual(Int32Array.of(-1, -1, -1));
    const many = { x: rng(5).normals([2000, 5]), keep: ndarray([2000, 5], new Float32Array(1e4).fill(1)) };
    const strength = await couplingStrength({
      coupling: imputation({ mask: columns({ spans, p: 1 }), dim: 5 }),
      targets: many,
      rng: rng(6),
    });
    expect(Math.abs(strength)).toBeLessThan(0.1); // all in the hole: noise
  });

  it("learns what a missing value is from the others of its row", async () => {
    const source = rng("line");
    // v = 2u + 10, of which a third lack v and some u.
    const rows = Array.from({ length: 600 }, (_, k) => {
      const u = source.normal();
      return { u: k % 10 === 1 ? null : u, v: k % 3 === 0 ? null : 2 * u + 10 };
    });
    const data = await table(rows);
    const ours = imputation({ mask: columns({ spans: data.spans }), dim: 2 });
    const model = await train({
      data: data.train,
      coupling: ours,
      interpolant: linear(),
      network: mlp({ dim: 2, width: 32, depth: 2, condition: ours.condition }),
      steps: 400,
      batch: 128,
      optimizer: adam({ learningRate: 5e-3 }),
      ema: 0.98,
      seed: 0,
    });
    const start = ours.impute(data.test, rng(1));
    const { x: filled } = await solveOde(
      model.field(),
      { x: start.x0, xi: start.xi },
      {
        method: euler({ steps: 10 }),
      },
    );
    const errors: number[] = [];
    data.decode(filled).forEach((row, i) => {
      const given = rows[data.test.rows[i]];
      if (given.u !== null) expect(row["u"]).toBeCloseTo(given.u, 5);
      if (given.u !== null && given.v === null)
        errors.push(Math.abs((row["v"] as number) - 2 * given.u - 10));
    });
    expect(errors.length).toBeGreaterThan(20);
    // The standard deviation of v is 2: its mean would be wrong by 1.6.
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(0.5);
  });
});
