import { describe, expect, it } from "vitest";
import { ndarray, zeros } from "../../../lib/array";
import { beyondNeighbours } from "../../../lib/metrics/holes/neighbourhood";
import { outlierPixels } from "../../../lib/metrics/holes/outlier-pixels";
import { rng } from "../../../lib/random";

describe("beyondNeighbours", () => {
  it("is how far a pixel lies outside its neighbours' range, in the worst channel", () => {
    const data = [0, 1, 2, 5, /**/ 1, 9, 2, 2, /**/ -4, 0, 1, 1];
    const found = beyondNeighbours({ data, height: 3, width: 4, channels: 1 });
    // 0 at the corner: neighbours 1, 1, 9. 9: neighbours to 2. −4: neighbours 1, 9, 0. 5: neighbours 2, 2, 2.
    expect([found[0], found[5], found[8], found[3], found[1]]).toEqual([1, 7, 4, 3, 0]);
    const colours = data.flatMap((value) => [0, value, -2 * value]);
    expect(beyondNeighbours({ data: colours, height: 3, width: 4, channels: 3 })[5]).toBe(14);
  });
});

describe("outlierPixels", () => {
  const n = 6;
  const truth = ndarray(
    [n, 8, 8, 2],
    rng(1)
      .normals([n, 8, 8, 2])
      .data.map((_, e) => ((e >> 1) % 8) / 8),
  );
  // The left half is the hole.
  const keep = ndarray(
    [n, 8, 8, 1],
    Float32Array.from({ length: n * 64 }, (_, p) => (p % 8 < 4 ? 0 : 1)),
  );

  it("is the share of specks among the hole's pixels, where the truth has none", () => {
    const data = Float32Array.from(truth.data);
    for (let i = 0; i < n; i++) for (const y of [1, 4, 6]) data[((i * 8 + y) * 8 + 1) * 2 + (i % 2)] = -0.9;
    data[(3 * 8 + 6) * 2] = 5; // a known pixel, which doesn't count
    const x = ndarray(truth.shape, data);
    const found = outlierPixels({ x, truth, keep, rng: rng(2) });
    expect(found.value).toBeCloseTo(3 / 32, 12);
    expect(found.share).toEqual({ filled: 3 / 32, true: 0 });
    expect(Array.from(found.values)).toEqual(Array(n).fill(3 / 32));
    expect(found.threshold).toBeCloseTo(12 / 255, 12); // nothing in the truth stands out
  });

  it("does not count what can't be seen", () => {
    const noise = rng(3).normals(truth.shape).data;
    const x = ndarray(
      truth.shape,
      truth.data.map((value, e) => value + Math.max(-0.02, Math.min(0.02, noise[e]))),
    );
    expect(outlierPixels({ x, truth, keep, rng: rng(2) }).value).toBe(0);
  });

  it("asks of the truth what is usual there", () => {
    const rough = rng(4).normals([40, 8, 8, 2]);
    const holes = zeros([40, 8, 8, 1]);
    const { value, share, threshold } = outlierPixels({
      x: rng(5).normals(rough.shape),
      truth: rough,
      keep: holes,
      quantile: 0.9,
      rng: rng(6),
    });
    expect(share.true).toBeCloseTo(0.1, 2);
    expect(threshold).toBeGreaterThan(0.1);
    expect(Math.abs(value)).toBeLessThan(0.03); // 2,560 pixels each, of which a tenth counts
  });

  it("refuses a quantile of 1", () => {
    expect(() => outlierPixels({ x: truth, truth, keep, quantile: 1, rng: rng(0) })).toThrow(
      "a quantile between",
    );
  });

  it("refuses what is no mask", () => {
    const soft = ndarray(
      keep.shape,
      keep.data.map((value) => value / 2),
    );
    expect(() => outlierPixels({ x: truth, truth, keep: soft, rng: rng(0) })).toThrow(
      "received 0.5 in sample 0",
    );
  });
});
