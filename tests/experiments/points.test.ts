import { describe, expect, it } from "vitest";
import { ndarray, takeRows } from "../../lib/array";
import { measurePoints } from "../../lib/experiments";
import { linear } from "../../lib/interpolants";
import { rng } from "../../lib/random";
import { dopri5, rk4 } from "../../lib/samplers";

describe("measurePoints", () => {
  const x0 = rng(1).normals([40, 2]);
  const moved = ndarray(
    [40, 2],
    x0.data.map((value, e) => value + (e % 2 ? -4 : 3)),
  );
  const target = takeRows(moved, rng(2).permutation(40));
  const common = {
    start: { x0, xi: {} },
    target,
    pairs: { x0, x1: moved },
    interpolant: linear(),
    method: rk4({ steps: 8 }),
  };

  it("of a flow that shifts all points: straight, distance 0, cost = action = bound = |shift|²", async () => {
    const b = ({ x }: { x: typeof x0 }) =>
      ndarray(
        x.shape,
        x.data.map((_, e) => (e % 2 ? -4 : 3)),
      );
    const result = await measurePoints({ ...common, b });
    expect(result.w2Squared).toBeCloseTo(0, 9);
    expect(result.oneStepW2Squared).toBeCloseTo(0, 9);
    for (const value of [result.cost, result.action, result.bound]) expect(value).toBeCloseTo(25, 4);
    expect(result.bend).toBeCloseTo(0, 6);
    expect(result.nfe).toBe(32);
  });

  it("of one that doesn't arrive: nothing", async () => {
    const b = ({ x, t }: { x: typeof x0; t: number }) =>
      ndarray(
        x.shape,
        x.data.map(() => 1e4 * Math.sin(1e6 * t)),
      );
    const method = dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 5 });
    await expect(measurePoints({ ...common, b, method })).rejects.toThrow(
      "The flow whose points are measured did not reach t = 1: ",
    );
  });

  it("of one with speed 2t: one Euler step does nothing, and a quarter of the action is bend", async () => {
    const b = ({ x, t }: { x: typeof x0; t: number }) =>
      ndarray(
        x.shape,
        x.data.map((_, e) => 2 * t * (e % 2 ? -4 : 3)),
      );
    const result = await measurePoints({ ...common, b });
    expect(result.w2Squared).toBeCloseTo(0, 9);
    expect(result.oneStepW2Squared).toBeCloseTo(25, 4);
    expect(result.cost).toBeCloseTo(25, 4);
    expect(result.action).toBeCloseTo((4 / 3) * 25, 4);
    expect(result.bend).toBeCloseTo(1 / 4, 5);
  });
});
