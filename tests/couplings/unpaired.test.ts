import { describe, expect, it } from "vitest";
import { paired, unpaired } from "../../lib/couplings";
import { rng } from "../../lib/random";

describe("unpaired", () => {
  const [x, x0] = [rng(1).normals([2000, 2]), rng(2).normals([2000, 2])];

  it("shows what paired shows, and starts from noise that knows nothing of it", () => {
    const given = paired({ conditionOnX0: { channels: 2 } }).draw({ x, x0 }, rng(3));
    const drawn = unpaired({ channels: 2 }).draw({ x, x0 }, rng(3));
    expect(drawn.xi.image).toEqual(given.xi.image);
    expect(drawn.x1).toBe(x);
    expect(given.x0).toEqual(x0);
    const product = Array.from(drawn.x0.data).reduce((sum, value, e) => sum + value * x0.data[e], 0) / 4000;
    const square = Array.from(drawn.x0.data).reduce((sum, value) => sum + value ** 2, 0) / 4000;
    expect(Math.abs(product)).toBeLessThan(0.06);
    expect(Math.abs(square - 1)).toBeLessThan(0.1);
  });

  it("needs the targets' x0", () => {
    expect(() => unpaired({ channels: 2 }).draw({ x }, rng(3))).toThrow(/with the targets/);
  });
});
