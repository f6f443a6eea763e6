import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { weakLabels } from "../../lib/data";
import { rng } from "../../lib/random";

const labels = Int32Array.from({ length: 3000 }, (_, i) => i % 3);
const samples = { x: ndarray([3000, 1], new Float32Array(3000)), labels };
const classes = 3;

describe("weakLabels", () => {
  it("keeps the share of labels that was asked for, and the samples", () => {
    const weak = weakLabels(samples, { known: 0.1, classes, rng: rng(0) });
    for (const k of [0, 1, 2]) expect(weak.labels.filter((label) => label === k).length).toBe(100);
    expect(weak.labels.every((label, i) => label === -1 || label === labels[i])).toBe(true);
    expect(weak.x).toBe(samples.x);
    expect(labels[0]).toBe(0);
  });

  it("rounds each class so that the sum is right", () => {
    for (const known of [0.0021, 0.0025, 0.0029]) {
      const counts = [0, 0, 0];
      for (const label of weakLabels(samples, { known, classes, rng: rng(3) }).labels) counts[label]++;
      expect(counts[0] + counts[1] + counts[2]).toBe(Math.round(3000 * known));
      for (const count of counts) expect(Math.abs(count - 1000 * known)).toBeLessThanOrEqual(1);
    }
  });

  it("makes a share of the kept ones wrong, by either other class equally often", () => {
    const weak = weakLabels(samples, { known: 0.5, wrong: 0.4, classes, rng: rng(1) });
    const moved = [0, 0, 0];
    weak.labels.forEach((label, i) => {
      if (label >= 0) moved[(label - labels[i] + 3) % 3]++;
    });
    expect(moved[0]).toBe(900);
    expect(moved[1] + moved[2]).toBe(600);
    expect(Math.abs(moved[1] - 300)).toBeLessThan(50);
  });

  it("leaves all as they are by default", () => {
    expect(weakLabels(samples, { classes, rng: rng(2) }).labels).toEqual(labels);
  });

  it("refuses shares out of range, unknown labels and a single class", () => {
    expect(() => weakLabels(samples, { known: 1.1, classes, rng: rng(0) })).toThrow(/known labels.*1\.1/);
    expect(() => weakLabels({ x: samples.x }, { classes, rng: rng(0) })).toThrow(/but received none/);
    expect(() => weakLabels(samples, { classes: 2, rng: rng(0) })).toThrow(
      /from 0 to 1, but received others/,
    );
    const one = { x: ndarray([1, 1], [0]), labels: Int32Array.of(0) };
    expect(() => weakLabels(one, { wrong: 1, classes: 1, rng: rng(0) })).toThrow(/two classes or more/);
  });
});
