import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray, zeros } from "../../lib/array";
import { type Field, fieldDivergence } from "../../lib/fields";

/** b_i = sin(t + Σ_j a_ij x_j): ∂b_i/∂x_j = a_ij cos(…). */
const a = [
  [1, -2, 0.5],
  [0.3, 0.7, -1],
  [2, 0.1, -0.4],
];
const phase = (t: number, x: ArrayLike<number>, i: number) =>
  t + a[i].reduce((sum, c, j) => sum + c * x[j], 0);
const b: Field = ({ x, t }) => {
  const out = zeros(x.shape, x);
  for (let k = 0; k < x.data.length; k++) {
    out.data[k] = Math.sin(phase(t, x.data.subarray(k - (k % 3), k - (k % 3) + 3), k % 3));
  }
  return out;
};
const derivative = (t: number, x: ArrayLike<number>, i: number, j: number) =>
  a[i][j] * Math.cos(phase(t, x, i));
const points = fc
  .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 6, maxLength: 6 })
  .map((values) => ndarray([2, 3], Float64Array.from(values)));
const time = fc.double({ min: 0, max: 1, noNaN: true });

describe("fieldDivergence", () => {
  it("is the trace of the Jacobian of each sample, and vᵀ(∂b/∂x)v with a probe v", async () => {
    await fc.assert(
      fc.asyncProperty(points, points, time, async (x, v, t) => {
        const trace = await fieldDivergence(b)({ x, t, xi: {} });
        const probed = await fieldDivergence(b)({ x, t, xi: {} }, v);
        for (const i of [0, 1]) {
          const [point, probe] = [x, v].map(({ data }) => data.subarray(3 * i, 3 * i + 3));
          let [sum, quadratic] = [0, 0];
          for (const k of [0, 1, 2]) {
            sum += derivative(t, point, k, k);
            for (const j of [0, 1, 2]) quadratic += probe[k] * derivative(t, point, k, j) * probe[j];
          }
          expect(trace.divergence[i]).toBeCloseTo(sum, 8);
          expect(Math.abs(probed.divergence[i] - quadratic)).toBeLessThan(1e-7);
        }
        expect(trace.value).toEqual(await b({ x, t, xi: {} }));
        expect(probed.value).toEqual(trace.value);
        expect([trace.nfe, probed.nfe]).toEqual([7, 3]);
      }),
      {
        numRuns: 30,
        examples: [
          [
            ndarray([2, 3], Float64Array.of(0, 0, 2.14, 0, 0, 0)),
            ndarray([2, 3], Float64Array.of(3, 3, -3, 0, 0, 0)),
            0,
          ],
        ],
      },
    );
  });

  it("leaves known coordinates out of the trace, sample by sample", async () => {
    const x = ndarray([2, 3], Float64Array.of(1, 2, 3, -1, 0.5, 0));
    const keep = ndarray([2, 3], Float32Array.of(1, 0, 0, 0, 1, 1));
    const { divergence } = await fieldDivergence(b)({ x, t: 0.3, xi: { keep } });
    const [first, second] = [x.data.subarray(0, 3), x.data.subarray(3)];
    expect(divergence[0]).toBeCloseTo(derivative(0.3, first, 1, 1) + derivative(0.3, first, 2, 2), 8);
    expect(divergence[1]).toBeCloseTo(derivative(0.3, second, 0, 0), 8);
  });

  it("computes in float64 from float32 points", async () => {
    const x = ndarray([1, 3], Float32Array.of(1000, -1, 0.25));
    const { divergence } = await fieldDivergence(b)({ x, t: 0, xi: {} });
    const sum = [0, 1, 2].reduce((total, i) => total + derivative(0, x.data, i, i), 0);
    // Differences over 0.01, the step relative to 1000, of sines of frequency up to 2.
    expect(Math.abs(divergence[0] - sum)).toBeLessThan(1e-4);
  });

  it("copes with a field that returns one array again and again", async () => {
    const shared = zeros([1, 3], ndarray([1], Float64Array.of(0)));
    const reusing: Field = (at) => {
      shared.data.set((b(at) as typeof shared).data);
      return shared;
    };
    const at = { x: ndarray([1, 3], Float64Array.of(1, 2, 3)), t: 0, xi: {} };
    expect(await fieldDivergence(reusing)(at)).toEqual(await fieldDivergence(b)(at));
  });

  it("refuses steps and probes that do not fit", async () => {
    expect(() => fieldDivergence(b, { step: 0 })).toThrow("a step between 0 and 1");
    const at = { x: zeros([1, 3]), t: 0, xi: {} };
    await expect(fieldDivergence(b)(at, zeros([1, 2]))).rejects.toThrow("a probe, like x");
    await expect(fieldDivergence(() => zeros([1, 2]))(at)).rejects.toThrow("values of the field, like x");
  });
});
