import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { drawAhead, inpainting, minibatchOT, tiles } from "../../lib/couplings";
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
  it("holds the pairs and conditions that the coupling draws for the batches, and hands them out by rows", () => {
    const ahead = drawAhead({ coupling, data, batch: 12, batches: 3, rng: rng(2) });
    const second = coupling.draw(batchOf(data, 12, rng(2).fork("targets", 1)), rng(2).fork("pairs", 1));
    const rows = Array.from({ length: 12 }, (_, k) => 12 + k);
    expect(ahead.data.x.shape).toEqual([36, 2]);
    expect(ahead.coupling.draw(rowsOf(ahead.data, rows), rng(9))).toEqual(second);
    expect(ahead.coupling.condition).toEqual({ classes: 2, embedding: 1 });
    expect(ahead.coupling.start).toBe(coupling.start);
  });

  it("refuses other targets, and conditions that do not fit into samples", () => {
    const ahead = drawAhead({ coupling, data, batch: 4, batches: 1, rng: rng(2) });
    expect(() => ahead.coupling.draw(data, rng(1))).toThrow("drawn ahead");
    const masked = inpainting({ mask: tiles({ grid: 2, p: 0.5 }) });
    expect(() => drawAhead({ coupling: masked, data, batch: 4, batches: 1, rng: rng(2) })).toThrow(
      "in-painting",
    );
    expect(() => drawAhead({ coupling, data, batch: 0, batches: 1, rng: rng(2) })).toThrow("as batch");
  });
});
