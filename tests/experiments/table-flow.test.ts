import { describe, expect, it } from "vitest";
import { ndarray, sliceRows, zeros } from "../../lib/array";
import { anyCells, knownCells } from "../../lib/couplings";
import { normalScores } from "../../lib/data";
import { drawCells, rowLikelihood, tableAgreement } from "../../lib/experiments";
import { fieldDivergence, masked } from "../../lib/fields";
import { rng } from "../../lib/random";
import { dopri5, heun } from "../../lib/samplers";
import { gaussianRows } from "../../lib/statistics";

const table = rng(0).normals([600, 2]);
const scores = normalScores(table);
const method = heun({ steps: 8 });
// Doubles what it doesn't know: X₁ = 2 X₀ by Ẋ = X ln 2.
const doubling = masked(({ x }) =>
  ndarray(
    x.shape,
    x.data.map((value) => value * Math.LN2),
  ),
);

describe("drawCells", () => {
  it("keeps known cells, reports their changes, and measures the way", async () => {
    const coupling = knownCells({ mask: anyCells() });
    const keep = zeros([600, 2]);
    for (let i = 0; i < 600; i++) keep.data[2 * i] = 1;
    const options = { coupling, scores, x: table, keep, method, rng: rng(1) };
    const { x, changed, cost, action } = await drawCells({ b: doubling, ...options });
    expect(changed).toBe(0);
    for (let i = 0; i < 600; i++) expect(x.data[2 * i]).toBe(table.data[2 * i]);
    const spread = Math.sqrt(Array.from(x.data).reduce((sum, v, e) => sum + (e % 2 ? v * v : 0), 0) / 600);
    expect(spread).toBeGreaterThan(1.4); // of deviation 2, cut at the table's ends
    expect(Math.abs(cost - 1)).toBeLessThan(0.2); // E|2x₀ − x₀|² = 1
    expect(cost).toBeLessThan(action);
    const lost = dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 2 });
    await expect(drawCells({ b: doubling, ...options, method: lost })).rejects.toThrow(
      "The flow that draws cells did not reach t = 1: ",
    );
  });
});

describe("rowLikelihood", () => {
  it("is that of N(0, 4 I) for doubled noise, with the way back as cost", async () => {
    const divergence = fieldDivergence(doubling);
    const x1 = ndarray([1, 2], [2, -1]);
    const fine = heun({ steps: 40 });
    const { logDensity, cost } = await rowLikelihood({ divergence, x1, method: fine });
    expect(logDensity[0]).toBeCloseTo(-Math.log(2 * Math.PI * 4) - 5 / 8, 3);
    expect(cost[0]).toBeCloseTo(5 / 4, 3);
    const gaussian = gaussianRows(ndarray([4, 2], [3, 3, 3, -3, -3, 3, -3, -3])); // N(0, 9 I)
    const wide = await rowLikelihood({ divergence, gaussian, x1, method: fine });
    expect(wide.logDensity[0]).toBeCloseTo(-Math.log(2 * Math.PI * 36) - 5 / 72, 3);
  });
});

describe("tableAgreement", () => {
  const groups = { truth: Array.from({ length: 120 }, (_, i) => i) };
  const part = (from: number) => sliceRows(table, from, from + 120);

  it("finds no difference between draws of one law, and copies as such", () => {
    const fair = tableAgreement({
      made: part(0),
      truth: part(150),
      train: part(300),
      groups,
      trees: 15,
      rng: rng(2),
    });
    expect(fair.classifier.low).toBeLessThan(0.5);
    expect(Math.abs(fair.copied - 0.5)).toBeLessThan(0.2);
    expect(fair.marginals).toBeLessThan(0.2);
    expect(fair.correlations).toBeLessThan(0.3);
    const copy = tableAgreement({
      made: part(300),
      truth: part(150),
      train: part(300),
      groups,
      trees: 15,
      rng: rng(2),
    });
    expect(copy.copied).toBeGreaterThan(0.99);
  });

  it("sees a shift and a correlation", () => {
    const shifted = ndarray(
      [120, 2],
      part(0).data.map((v) => v + 2),
    );
    const far = tableAgreement({
      made: shifted,
      truth: part(150),
      train: part(300),
      groups,
      trees: 15,
      rng: rng(3),
    });
    expect(far.classifier.low).toBeGreaterThan(0.9);
    expect(far.energy.value).toBeGreaterThan(1);
    expect(far.marginals).toBeGreaterThan(0.5);
    const tied = ndarray(
      [120, 2],
      part(0).data.map((v, e, all) => (e % 2 ? all[e - 1] : v)),
    );
    const straight = tableAgreement({
      made: tied,
      truth: part(150),
      train: part(300),
      groups,
      trees: 15,
      rng: rng(4),
    });
    expect(straight.correlations).toBeGreaterThan(0.7);
    expect(() =>
      tableAgreement({ made: tied, truth: part(0), train: part(0), groups: { truth: [] }, rng: rng(0) }),
    ).toThrow("a group for each row");
    const one = rng(6).normals([20, 1]);
    const alone = { made: one, truth: one, train: one, groups: { truth: new Int32Array(20) }, rng: rng(0) };
    expect(() => tableAgreement(alone)).toThrow(
      "two columns or more, which can be correlated, but received 1",
    );
  });
});
