import { describe, expect, it } from "vitest";
import { inpainting, joinedByOT, tiles, uncoupledInpainting } from "../../lib/couplings";
import { transportCost } from "../../lib/metrics";
import { rng } from "../../lib/random";
import { exact, squaredDistances, unbalanced } from "../../lib/transport";

const images = { x: rng(1).normals([24, 8, 8, 1]), labels: new Int32Array(24) };
const mask = tiles({ grid: 4, p: 0.5 });
const coupling = uncoupledInpainting({ mask, channels: 1, classes: 1 });
const rowsOf = ({ data }: { readonly data: ArrayLike<number> }) =>
  Array.from({ length: 24 }, (_, i) => Array.from(data).slice(64 * i, 64 * (i + 1)));

describe("joinedByOT", () => {
  it("deals the same base draws to the same targets and conditions, at the least cost", () => {
    const given = coupling.draw(images, rng(2));
    const { x0, x1, xi } = joinedByOT({ coupling }).draw(images, rng(2));
    expect(x1).toBe(images.x);
    expect(xi).toEqual(given.xi);
    expect(rowsOf(x0).sort()).toEqual(rowsOf(given.x0).sort());
    const costs = squaredDistances(given.x0, given.x1);
    const { mass } = exact().solve(costs);
    const least = costs.data.reduce((sum, cost, e) => sum + cost * mass[e], 0);
    expect(transportCost(x0, x1).value / least).toBeCloseTo(1, 6);
    expect(least).toBeLessThan(transportCost(given.x0, given.x1).value);
  });

  it("has the condition of the coupling, and no noise of its own: it depends on the targets now", () => {
    const joined = joinedByOT({ coupling });
    expect(joined.condition).toBe(coupling.condition);
    expect(joined.draw(images, rng(2)).zeta).toBeUndefined();
  });

  it("refuses a base that holds known pixels, and plans that resample targets", () => {
    expect(() => joinedByOT({ coupling: inpainting({ mask }) }).draw(images, rng(2))).toThrow(/known pixels/);
    expect(() => joinedByOT({ coupling, solver: unbalanced({ epsilon: 1, penalty: 1 }) })).toThrow(
      /balanced/,
    );
  });
});
