import { expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { standardNormalLogDensity } from "../../lib/fields";
import { gaussian } from "../../lib/gaussian";
import { rng } from "../../lib/random";

it("standardNormalLogDensity is log N(x; 0, I) of each sample", () => {
  const x = rng(1).normals([3, 2, 1]);
  const law = gaussian(new Float64Array(2), Float64Array.of(1, 0, 0, 1));
  const found = standardNormalLogDensity({ x, t: 0, xi: {} });
  for (const i of [0, 1, 2])
    expect(found[i]).toBeCloseTo(law.logDensity(x.data.subarray(2 * i, 2 * i + 2)), 12);
});

it("standardNormalLogDensity leaves known coordinates out", () => {
  const x = ndarray([2, 1, 1, 2], Float64Array.of(5, 6, 1, 2));
  const keep = ndarray([2, 1, 1, 1], Float32Array.of(1, 0));
  const [known, hole] = standardNormalLogDensity({ x, t: 0, xi: { keep } });
  expect(known).toBe(0);
  expect(hole).toBeCloseTo(-Math.log(2 * Math.PI) - 2.5, 12);
});
