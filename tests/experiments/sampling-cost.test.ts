import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { measureSampling } from "../../lib/experiments";
import type { FieldInput } from "../../lib/fields";
import { rng } from "../../lib/random";
import { dopri5, euler, heun } from "../../lib/samplers";

describe("measureSampling", () => {
  const x0 = rng(1).normals([30, 2]);
  const scaled = (factor: number) =>
    ndarray(
      x0.shape,
      x0.data.map((value) => factor * value),
    );
  let evaluations = 0;
  // dX = X dt ends at e x0.
  const common = {
    b: ({ x }: FieldInput) => {
      evaluations++;
      return x;
    },
    start: { x0, xi: {} },
    reference: scaled(Math.E),
  };
  const size = Math.hypot(...x0.data) / Math.sqrt(x0.data.length);

  it("measures the error of the solver, and evaluations, of one run", async () => {
    const { error, nfe } = await measureSampling({ ...common, method: euler({ steps: 10 }) });
    expect(error).toBeCloseTo((Math.E - 1.1 ** 10) * size, 5);
    expect(nfe).toBe(10);
    const second = await measureSampling({ ...common, method: heun({ steps: 5 }) });
    expect(second.error).toBeCloseTo((Math.E - (1 + 0.2 + 0.02) ** 5) * size, 5);
    expect(second.nfe).toBe(10);
  });

  it("solves as often as asked for, after one evaluation", async () => {
    evaluations = 0;
    const cost = await measureSampling({ ...common, method: euler({ steps: 7 }), repetitions: { calls: 4 } });
    expect(evaluations).toBe(1 + 4 * 7);
    expect(cost.lowerQuartile).toBeGreaterThan(0);
    expect(cost.seconds).toBeGreaterThanOrEqual(cost.lowerQuartile);
    expect(cost.upperQuartile).toBeGreaterThanOrEqual(cost.seconds);
  });

  it("says nothing of a flow that doesn't arrive", async () => {
    const method = dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 2 });
    await expect(measureSampling({ ...common, method })).rejects.toThrow(
      "The flow whose cost is measured did not reach t = 1: ",
    );
  });

  it("refuses a reference of another shape", async () => {
    const method = euler({ steps: 1 });
    const reference = rng(2).normals([29, 2]);
    await expect(measureSampling({ ...common, method, reference })).rejects.toThrow("the reference");
  });
});
