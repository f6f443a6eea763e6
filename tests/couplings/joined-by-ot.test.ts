import { describe, expect, it } from "vitest";
import { sliceRows } from "../../lib/array";
import {
  classGaussian,
  dataDependent,
  fittedGaussian,
  inpainting,
  joinedByOT,
  tiles,
  uncoupledInpainting,
  unmaskedInpainting,
} from "../../lib/couplings";
import { transportCost } from "../../lib/metrics";
import { rng } from "../../lib/random";
import { exact, squaredDistances, unbalanced } from "../../lib/transport";

const images = { x: rng(1).normals([24, 8, 8, 1]), labels: new Int32Array(24) };
const twoClasses = { x: images.x, labels: Int32Array.from({ length: 24 }, (_, i) => i % 2) };
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

  it.each([
    ["holds the target", dataDependent({ mean: ({ x }) => x, sigma: 1 })],
    ["is drawn for the label", classGaussian({ samples: twoClasses, classes: 2, labelled: true })],
    ["holds known pixels that no mask tells", unmaskedInpainting({ mask, hole: "noise" })],
  ])("refuses a base that %s", (_, dependent) => {
    expect(() => joinedByOT({ coupling: dependent }).draw(twoClasses, rng(2))).toThrow(
      `doesn't depend on the target, but received "${dependent.name}", whose base is another for other targets`,
    );
  });

  it("takes a base that is fitted to the data, and single targets", () => {
    const fitted = joinedByOT({ coupling: fittedGaussian({ samples: images }) });
    const { x0 } = fittedGaussian({ samples: images }).draw(images, rng(2));
    expect(rowsOf(fitted.draw(images, rng(2)).x0).sort()).toEqual(rowsOf(x0).sort());
    const one = { x: rng(1).normals([1, 8, 8, 1]) };
    expect(fitted.draw(one, rng(2)).x0.shape).toEqual([1, 8, 8, 1]);
  });

  it("refuses a coupling that returns a promise, and costs of other pairs", () => {
    const later = { ...coupling, draw: async () => coupling.draw(images, rng(2)) };
    expect(() => joinedByOT({ coupling: later as never }).draw(images, rng(2))).toThrow(
      'without a promise, but received "uncoupled in-painting", which returns one',
    );
    const cost: typeof squaredDistances = (x0, x1) =>
      squaredDistances(sliceRows(x0, 0, 4), sliceRows(x1, 0, 4));
    expect(() => joinedByOT({ coupling, cost }).draw(images, rng(2))).toThrow(
      /costs of 24 × 24 pairs .*but received 4 × 4/,
    );
  });

  it("refuses a base that holds known pixels, and plans that resample targets", () => {
    expect(() => joinedByOT({ coupling: inpainting({ mask }) }).draw(images, rng(2))).toThrow(/known pixels/);
    expect(() => joinedByOT({ coupling, solver: unbalanced({ epsilon: 1, penalty: 1 }) })).toThrow(
      /balanced/,
    );
  });
});
