import { describe, expect, it } from "vitest";
import { paired, uncoupledPaired } from "../../lib/couplings";
import { rng } from "../../lib/random";

const targets = { x: rng(0).normals([40, 4, 4, 3]), x0: rng(1).normals([40, 4, 4, 3]) };

describe("uncoupledPaired", () => {
  it("starts from the noise that paired adds, and shows the same source", () => {
    const uncoupled = uncoupledPaired({ channels: 3 });
    const coupled = paired({ sigma: 0.5, conditionOnX0: { channels: 3 } });
    const [a, b] = [uncoupled, coupled].map((coupling) => coupling.draw(targets, rng(2)));
    expect(JSON.stringify(uncoupled.condition)).toBe(JSON.stringify(coupled.condition));
    expect(a.xi.image).toBe(targets.x0);
    expect(a.x0).toEqual(b.zeta);
    a.x0.data.forEach((zeta, e) => {
      expect(b.x0.data[e]).toBeCloseTo(targets.x0.data[e] + 0.5 * zeta, 5);
    });
  });

  it("starts from N(0, I), which knows nothing of the source", () => {
    const [x, x0] = [rng(1).normals([2000, 2]), rng(2).normals([2000, 2])];
    const drawn = uncoupledPaired({ channels: 2 }).draw({ x, x0 }, rng(3));
    expect(drawn.x1).toBe(x);
    const product = Array.from(drawn.x0.data).reduce((sum, value, e) => sum + value * x0.data[e], 0) / 4000;
    const square = Array.from(drawn.x0.data).reduce((sum, value) => sum + value ** 2, 0) / 4000;
    expect(Math.abs(product)).toBeLessThan(0.06);
    expect(Math.abs(square - 1)).toBeLessThan(0.1);
  });

  it("needs pairs", () => {
    expect(() => uncoupledPaired({ channels: 3 }).draw({ x: targets.x }, rng(0))).toThrow("base draws x0");
  });
});
