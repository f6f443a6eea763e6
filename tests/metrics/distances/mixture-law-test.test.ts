import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { gaussianMixture, threeModes } from "../../../lib/couplings";
import { brownian, interpolate, linear } from "../../../lib/interpolants";
import { mixtureLawTest } from "../../../lib/metrics";
import { rng } from "../../../lib/random";

const n = 2000;
/** Correlated ends: the law between them depends on cov01. */
const coupling = gaussianMixture({
  components: [-1, 2].map((shift) => ({
    weight: shift + 3,
    mean0: [shift, 0, 1],
    mean1: [0, 2 * shift, -1],
    cov00: [
      [1, 0.2, 0],
      [0.2, 1, 0],
      [0, 0, 0.5],
    ],
    cov01: [
      [0.6, 0, 0],
      [0.1, 0.4, 0],
      [0, 0, -0.3],
    ],
    cov11: [
      [0.8, 0, 0.1],
      [0, 0.6, 0],
      [0.1, 0, 0.4],
    ],
  })),
});
const interpolant = linear({ gamma: brownian({ scale: 0.5 }) });

function drawn(t: number, seed: number) {
  const random = rng(seed);
  const pairs = coupling.draw(coupling.targets(n, random), random);
  const at = Float32Array.from({ length: n }, () => t);
  return interpolate({ interpolant, pairs, t: at, z: random.normals([n, 3]) }).xt;
}
const test = (t: number, x = drawn(t, 5), of = coupling) =>
  mixtureLawTest({ x, coupling: of, interpolant, t, rng: rng(1) });

describe("mixtureLawTest", () => {
  it.each([0.2, 0.5, 0.8])("finds draws of I_t to be draws of I_t (t = %f)", (t) => {
    const found = test(t);
    expect(found.pValue).toBeGreaterThan(0.01);
    expect(found.distance).toBeLessThan(1.8 / Math.sqrt(n));
    expect(found.n).toBe(n);
  });

  it("rejects as often as it says", () => {
    const modes = threeModes({ pairing: "independent" });
    let rejected = 0;
    for (let trial = 0; trial < 100; trial++) {
      const { x } = modes.targets(200, rng("law").fork(trial));
      const found = mixtureLawTest({ x, coupling: modes, interpolant, t: 1, rng: rng(trial) });
      if (found.pValue < 0.1) rejected++;
    }
    expect(rejected).toBeLessThan(20);
    expect(rejected).toBeGreaterThan(0);
  });

  it("tells another time, a wider spread and another mean", () => {
    const x = drawn(0.5, 6);
    const wider = ndarray(
      x.shape,
      x.data.map((value) => 1.1 * value),
    );
    const moved = ndarray(
      x.shape,
      x.data.map((value) => value + 0.2),
    );
    expect(test(0.6, x).pValue).toBeLessThan(1e-3);
    expect(test(0.5, wider).pValue).toBeLessThan(0.05);
    expect(test(0.5, moved).pValue).toBeLessThan(1e-6);
  });

  it("says what it needs", () => {
    expect(() => test(1, ndarray([2, 2], [1, 2, 3, 4]))).toThrow(/points of/);
    expect(() =>
      mixtureLawTest({ x: drawn(0.5, 1), coupling, interpolant, t: 0.5, directions: 0, rng: rng(1) }),
    ).toThrow(/1 direction/);
    expect(() => test(1, ndarray([1, 3], [1, Number.NaN, 3]))).toThrow("finite points, but received NaN");
  });
});
