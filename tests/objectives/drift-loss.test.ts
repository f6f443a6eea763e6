import { describe, expect, it } from "vitest";
import { interpolate, linear, wiener } from "../../lib/interpolants";
import { driftLoss } from "../../lib/objectives";
import { rng } from "../../lib/random";

describe("driftLoss", () => {
  it("has the target α̇x0 + β̇x1 + σ̇W with W = √t z, also near t = 0", () => {
    const interpolant = linear({ gamma: wiener({ scale: 0.8 }) });
    const [x0, x1, z] = [0, 1, 2].map((k) => rng(k).normals([3, 2]));
    const t = [1e-4, 0.3, 0.95];
    const drawn = {
      interpolant,
      pairs: { x0, x1, xi: {} },
      t,
      z,
      ...interpolate({ interpolant, pairs: { x0, x1 }, t, z }),
    };
    const { data } = driftLoss().target(drawn);
    data.forEach((value, e) => {
      const w = Math.sqrt(t[Math.floor(e / 2)]) * z.data[e];
      expect(value).toBeCloseTo(x1.data[e] - x0.data[e] - 0.8 * w, 4);
    });
  });

  it("needs a latent", () => {
    const [x0, x1] = [rng(0).normals([1, 2]), rng(1).normals([1, 2])];
    const drawn = { interpolant: linear(), pairs: { x0, x1, xi: {} }, t: [0.5], xt: x0, dxt: x1 };
    expect(() => driftLoss().target(drawn)).toThrow(/a latent/);
  });
});
