import { describe, expect, it } from "vitest";
import { type NdArray, ndarray } from "../../../lib/array";
import { straightness } from "../../../lib/metrics/transport/straightness";
import { rng } from "../../../lib/random";
import { dopri5, euler, type Method, rk4, solveOde } from "../../../lib/samplers";

const start = (n: number, d: number, seed = 1) => {
  const { shape, data } = rng(seed).normals([n, d]);
  return { x: ndarray(shape, Float64Array.from(data)) };
};
const field =
  (rate: (x: number, t: number) => number) =>
  ({ x, t }: { x: NdArray; t: number }) => ({
    shape: x.shape,
    data: x.data.map((value) => rate(value, t)),
  });

describe("straightness", () => {
  it.each<[string, Method]>([
    ["euler", euler({ steps: 7 })],
    ["rk4", rk4({ steps: 3 })],
    ["dopri5", dopri5({})],
  ])("is zero for straight lines at constant speed by %s", async (_, method) => {
    const initial = start(3, 2);
    const flow = await solveOde(({ x }) => ({ shape: x.shape, data: x.data.map((_, e) => e - 2) }), initial, {
      method,
    });
    expect(flow.action).toBeGreaterThan(1);
    expect(Math.abs(straightness(initial, flow).value)).toBeLessThan(1e-9);
  });

  it("is the variance of the speed of a straight line: 1/3 for b = 2t", async () => {
    // ∫ (2t − 1)² dt = 1/3 for each of two coordinates.
    const initial = start(5, 2);
    const flow = await solveOde(
      field((_, t) => 2 * t),
      initial,
      { method: rk4({ steps: 10 }) },
    );
    expect(straightness(initial, flow).value).toBeCloseTo(2 / 3, 12);
  });

  it("is (2πr)² for a circle, whose ends meet, and (πr)² − (2r)² for a half circle", async () => {
    const turn = ({ x }: { x: NdArray }) =>
      ndarray(x.shape, Float64Array.of(-2 * Math.PI * x.data[1], 2 * Math.PI * x.data[0]));
    const initial = { x: ndarray([1, 2], Float64Array.of(3, 0)) };
    const method = rk4({ steps: 200 });
    const whole = await solveOde(turn, initial, { method });
    expect(straightness(initial, whole).value).toBeCloseTo((6 * Math.PI) ** 2, 4);
    const half = await solveOde(turn, initial, { method, to: 0.5 });
    // |b|² · ½ − 6² / ½
    expect(straightness(initial, half, { span: 0.5 }).value).toBeCloseTo((6 * Math.PI) ** 2 / 2 - 72, 4);
  });

  it("is Liu's integral ∫ |b − (x1 − x0)|² dt, taken along the saved path", async () => {
    const rate = (x: number, t: number) => Math.sin(4 * t + x) - x;
    const panels = 400;
    const middles = Array.from({ length: panels }, (_, k) => (k + 0.5) / panels);
    const initial = start(6, 3, 2);
    const flow = await solveOde(field(rate), initial, { method: rk4({ steps: panels }), saveAt: middles });
    let total = 0;
    for (const { t, x } of flow.path) {
      x.data.forEach((value, e) => {
        total += (rate(value, t) - (flow.x.data[e] - initial.x.data[e])) ** 2 / panels / 6;
      });
    }
    expect(straightness(initial, flow).value).toBeCloseTo(total, 4);
    const back = await solveOde(field(rate), flow, { method: rk4({ steps: panels }), from: 1, to: 0 });
    expect(straightness(flow, back).value).toBeCloseTo(total, 4);
  });

  it("refuses what is not one flow", async () => {
    const initial = start(2, 2);
    const flow = await solveOde(
      field(() => 1),
      initial,
      { method: euler({ steps: 1 }) },
    );
    expect(() => straightness(initial, { ...flow, actions: new Float64Array(3) })).toThrow("2 actions");
    expect(() => straightness(initial, flow, { span: 0 })).toThrow("span");
  });

  it("is not that of a flow which gave up, though its part may be straight", async () => {
    const initial = start(3, 2);
    const method = dopri5({ maxSteps: 1, firstStep: 0.1 });
    const flow = await solveOde(({ x }) => ({ shape: x.shape, data: x.data.map(() => 2) }), initial, {
      method,
    });
    expect(flow.t).toBeCloseTo(0.1, 12);
    expect(() => straightness(initial, flow)).toThrow(
      /^The flow whose straightness is measured gave up: .*after 1 step/,
    );
  });
});
