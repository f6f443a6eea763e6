import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { pathLength } from "../../../lib/metrics/transport/path-length";
import { rng } from "../../../lib/random";
import { rk4, solveOde } from "../../../lib/samplers";

/** States at `at` of one point per function of time. */
const pathOf = (at: readonly number[], points: readonly ((t: number) => readonly number[])[]) =>
  at.map((t) => ({
    x: ndarray([points.length, points[0](0).length], Float64Array.from(points.flatMap((point) => point(t)))),
  }));
const grid = (n: number) => Array.from({ length: n + 1 }, (_, k) => k / n);

describe("pathLength", () => {
  it("is the perimeter of the polygon in a circle, which comes near 2πr", () => {
    const r = 3;
    const circle = (t: number) => [r * Math.cos(2 * Math.PI * t), r * Math.sin(2 * Math.PI * t)];
    const { length, turning } = pathLength(pathOf(grid(100), [circle]));
    expect(length.value).toBeCloseTo(100 * 2 * r * Math.sin(Math.PI / 100), 9);
    expect(Math.abs(length.value - 2 * Math.PI * r)).toBeLessThan(0.01);
    // Between 100 chords there are 99 angles of 2π/100.
    expect(turning.value).toBeCloseTo((99 * 2 * Math.PI) / 100, 9);
  });

  it("is the distance for straight paths at any speed, without turning", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.2, max: 5, noNaN: true }), (seed, power) => {
        const [a, b] = [rng(seed).normals([3]).data, rng(`to ${seed}`).normals([3]).data];
        const line = (t: number) => Array.from(a, (value, k) => value + (b[k] - value) * t ** power);
        const { length, distance, detour, turning } = pathLength(pathOf(grid(7), [line]));
        expect(distance.value).toBeCloseTo(Math.hypot(...Array.from(a, (value, k) => b[k] - value)), 12);
        expect(length.value).toBeCloseTo(distance.value, 12);
        expect(detour).toBeCloseTo(1, 12);
        expect(turning.value).toBeLessThan(1e-6);
      }),
    );
  });

  it("turns by π where a path comes back, and averages over the samples", () => {
    const { length, distance, detour, turning } = pathLength(
      pathOf([0, 0.5, 0.5, 1], [(t) => [t < 0.5 ? 0 : t < 1 ? 4 : 1], (t) => [t]]),
    );
    expect(length).toEqual({ value: (7 + 1) / 2, standardError: 3 });
    expect(distance.value).toBe(1);
    expect(detour).toBe(4);
    // The state that is saved twice has no angle of its own.
    expect(turning.value).toBeCloseTo(Math.PI / 2, 12);
  });

  it("lies between distance and the root of the action for every flow", async () => {
    const x0 = rng(1).normals([1, 4]);
    const swirl = ({ x, t }: { x: NdArray; t: number }) => ({
      shape: x.shape,
      data: x.data.map((value, e) => Math.cos(5 * t + e) - 2 * x.data[(e + 1) % 4] * t + value),
    });
    const flow = await solveOde(swirl, { x: x0 }, { method: rk4({ steps: 60 }), saveAt: grid(60) });
    const { length, distance } = pathLength(flow.path);
    expect(distance.value).toBeLessThan(length.value);
    expect(length.value).toBeLessThan(Math.sqrt(flow.action));
    // Σ of the speeds at the middle of the steps: another rule for the same integral.
    let speeds = 0;
    for (let k = 0; k < 60; k++) {
      const [a, b] = [flow.path[k].x.data, flow.path[k + 1].x.data];
      const x = ndarray(
        [1, 4],
        Float64Array.from(a, (value, e) => (value + b[e]) / 2),
      );
      speeds += Math.hypot(...swirl({ x, t: (k + 0.5) / 60 }).data) / 60;
    }
    expect(length.value).toBeCloseTo(speeds, 2);
  });

  it("asks for saved states", () => {
    expect(() => pathLength([])).toThrow("saveAt");
    const [state] = pathOf([0], [() => [1, 2]]);
    expect(() => pathLength([state, { x: ndarray([2, 1], [1, 2]) }])).toThrow("every saved state");
  });
});
