import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { drawAhead, inpainting, minibatchOT, tiles, uncoupledInpainting } from "../../lib/couplings";
import { batchOf, moons, rowsOf } from "../../lib/data";
import { rng } from "../../lib/random";

const embedding = {
  width: 1,
  of: ({ x }: { x: { data: ArrayLike<number>; shape: readonly number[] } }) =>
    ndarray(
      [x.shape[0], 1],
      Array.from({ length: x.shape[0] }, (_, i) => x.data[2 * i + 1]),
    ),
};
const coupling = minibatchOT({ classes: 2, embedding, conditionAware: true });
const data = moons({ n: 100, rng: rng(1) });

describe("drawAhead", () => {
  it("holds the pairs and conditions that the coupling draws, and returns them by rows", () => {
    const ahead = drawAhead({ coupling, data, batch: 12, batches: 3, rng: rng(2) });
    const second = coupling.draw(batchOf(data, 12, rng(2).fork("targets", 1)), rng(2).fork("pairs", 1));
    const rows = Array.from({ length: 12 }, (_, k) => 12 + k);
    expect(ahead.data.x.shape).toEqual([36, 2]);
    expect(ahead.coupling.draw(rowsOf(ahead.data, rows), rng(9))).toEqual(second);
    expect(ahead.coupling.condition).toBe(coupling.condition);
    expect(ahead.coupling.start).toBe(coupling.start);
  });

  it("carries masks and images as well", () => {
    const images = { x: rng(4).normals([6, 4, 4, 1]) };
    for (const masked of [
      inpainting({ mask: tiles({ grid: 2, p: 0.5 }) }),
      uncoupledInpainting({ mask: tiles({ grid: 2, p: 0.5 }), channels: 1 }),
    ]) {
      const ahead = drawAhead({ coupling: masked, data: images, batch: 5, batches: 2, rng: rng(2) });
      const first = masked.draw(batchOf(images, 5, rng(2).fork("targets", 0)), rng(2).fork("pairs", 0));
      const { x0, x1, xi } = ahead.coupling.draw(rowsOf(ahead.data, [0, 1, 2, 3, 4]), rng(9));
      expect({ x0, x1, xi }).toEqual({ x0: first.x0, x1: first.x1, xi: first.xi });
    }
  });

  it("refuses a coupling that returns a promise", () => {
    const later = { ...coupling, draw: async () => coupling.draw(data, rng(2)) };
    expect(() => drawAhead({ coupling: later as never, data, batch: 4, batches: 1, rng: rng(2) })).toThrow(
      "without a promise",
    );
  });

  it("refuses other targets", () => {
    const ahead = drawAhead({ coupling, data, batch: 4, batches: 1, rng: rng(2) });
    expect(() => ahead.coupling.draw(data, rng(1))).toThrow("drawn ahead");
    expect(() => drawAhead({ coupling, data, batch: 0, batches: 1, rng: rng(2) })).toThrow("as batch");
  });
});
