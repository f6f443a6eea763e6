import { describe, expect, it } from "vitest";
import { ndarray, zeros } from "../../lib/array";
import { anyCells, columns, imputation, knownCells } from "../../lib/couplings";
import { masked } from "../../lib/fields";
import { rng } from "../../lib/random";
import { gaussianRows } from "../../lib/statistics";

const x = rng(0).normals([3000, 2]);
const table = ndarray(
  [3000, 2],
  x.data.map((v, e) => (e % 2 ? 0.8 * x.data[e - 1] + 0.6 * v : v)),
);

describe("knownCells", () => {
  it("keeps known cells to the bit, with either start, and masks the velocity there", async () => {
    for (const gaussian of [undefined, gaussianRows(table)]) {
      const coupling = knownCells({ mask: anyCells(), ...(gaussian && { gaussian }) });
      const { x0, x1, xi } = coupling.draw({ x: table }, rng(1));
      const keep = Array.from(xi.keep!.data);
      expect(keep.map((_, e) => (x0.data[e] === x1.data[e] ? 1 : 0))).toEqual(keep);
      const known = keep.reduce((sum, one) => sum + one, 0);
      expect(Math.abs(known / 6000 - 0.35)).toBeLessThan(0.03); // 0.7 · ½
      const b = await masked(({ x: state }) => state)({ x: x0, t: 0, xi });
      expect(b.data).toEqual(x0.data.map((value, e) => (xi.keep!.data[e] === 1 ? 0 : value)));
    }
  });

  it("draws another mask each time from one generator, and the same from equal ones", () => {
    const coupling = knownCells({ mask: anyCells() });
    const one = rng(1);
    const masks = [0, 1, 2].map(() => coupling.draw({ x: table }, one).xi.keep!.data);
    expect(masks[1]).not.toEqual(masks[0]);
    expect(masks[2]).not.toEqual(masks[1]);
    const other = rng(1);
    for (const mask of masks) expect(coupling.draw({ x: table }, other).xi.keep!.data).toEqual(mask);
  });

  it("starts from noise, or from the Gaussian given the known cells", () => {
    const keep = zeros([3000, 2]);
    for (let i = 0; i < 3000; i++) keep.data[2 * i] = 1;
    const rest = (gaussian?: ReturnType<typeof gaussianRows>) => {
      const coupling = knownCells({ mask: anyCells(), ...(gaussian && { gaussian }) });
      const { x0 } = coupling.draw({ x: table, keep }, rng(2));
      let [slope, square] = [0, 0];
      for (let i = 0; i < 3000; i++) {
        slope += (x0.data[2 * i] * x0.data[2 * i + 1]) / 3000;
        square += x0.data[2 * i + 1] ** 2 / 3000;
      }
      return { slope, square };
    };
    const [noise, guess] = [rest(), rest(gaussianRows(table))];
    for (const [got, want] of [
      [noise.slope, 0],
      [noise.square, 1],
      [guess.slope, 0.8],
      [guess.square, 1],
    ]) {
      expect(Math.abs(got - want)).toBeLessThan(0.1); // five standard errors
    }
  });

  it("takes other masks, and anyCells does for imputation", () => {
    const first = columns({
      spans: [
        [0, 1],
        [1, 2],
      ],
      p: 1,
    });
    const { xi } = knownCells({ mask: first }).draw({ x: table }, rng(3));
    expect(xi.keep!.data.every((known) => known === 0)).toBe(true);
    const hidden = imputation({ mask: anyCells({ nothing: 1 }), dim: 2 }).draw({ x: table }, rng(3));
    expect(hidden.xi.keep!.data.every((known) => known === 0)).toBe(true);
    const some = imputation({ mask: anyCells(), dim: 2 }).draw({ x: table }, rng(3)).xi.keep!.data;
    const share = Array.from(some).reduce((sum, known) => sum + known, 0) / some.length;
    expect(Math.abs(share - 0.35)).toBeLessThan(0.03);
    expect(() => anyCells({ nothing: 2 })).toThrow("from 0 to 1");
  });

  it("needs rows of a table", () => {
    const coupling = knownCells({ mask: anyCells() });
    expect(() => coupling.draw({ x: zeros([1, 2, 2, 1]) }, rng(0))).toThrow("rows of a table");
  });

  it.each([undefined, gaussianRows(table)])("needs a mask of 0 and 1, with either start", (gaussian) => {
    const coupling = knownCells({ mask: anyCells(), ...(gaussian && { gaussian }) });
    for (const odd of [0.5, Number.NaN]) {
      const keep = ndarray([1, 2], [1, odd]);
      expect(() => coupling.draw({ x: ndarray([1, 2], [0, 0]), keep }, rng(0))).toThrow(
        `a mask ξ.keep of 1 (known) and 0 (in the hole), but received ${odd}`,
      );
    }
  });
});
