import { expect, test } from "vitest";
import { ndarray } from "../../../lib/array";
import { atBase, dataDependent } from "../../../lib/couplings";
import { regression } from "../../../lib/experiments";
import { mlp } from "../../../lib/networks";
import { rng } from "../../../lib/random";
import { euler, solveOde } from "../../../lib/samplers";
import { adam } from "../../../lib/training";

/** Points of two independent coordinates with variances 1 and 1/4. */
function points(n: number, seed: string) {
  const { data } = rng(seed).normals([n, 2]);
  return {
    x: ndarray(
      [n, 2],
      data.map((z, e) => (e % 2 ? 0.5 * z : z)),
    ),
  };
}

test("one step from a degraded point is the mean of what it may have been", async () => {
  const coupling = dataDependent({
    mean: ({ x }) =>
      ndarray(
        x.shape,
        x.data.map((_, e) => (x.data[e & ~1] + x.data[e | 1]) / 2),
      ),
    sigma: 0,
  });
  const model = await regression({
    data: points(4000, "train"),
    coupling,
    network: mlp({ dim: 2, width: 32, depth: 1 }),
    optimizer: adam({ learningRate: 5e-3 }),
    steps: 400,
    batch: 128,
    seed: 0,
  });
  const pairs = coupling.draw(points(500, "test"), rng(1));
  const { x, nfe } = await solveOde(model.field(), atBase(pairs), { method: euler({ steps: 1 }) });
  expect(nfe).toBe(1);
  // E[x1 | m] = Cov(x1, m) / Var(m) · m, with Var(m) = (1 + 1/4) / 4 and Cov = (1/2, 1/8).
  let [error, plain] = [0, 0];
  for (let e = 0; e < x.data.length; e++) {
    const factor = e % 2 ? 0.4 : 1.6;
    error += (x.data[e] - factor * pairs.x0.data[e]) ** 2 / x.data.length;
    plain += (x.data[e] - pairs.x1.data[e]) ** 2 / x.data.length;
  }
  expect(Math.sqrt(error)).toBeLessThan(0.06);
  // What no prediction can be better than: the variance that is left, 1/5 in each coordinate.
  expect(plain).toBeGreaterThan(0.15);
  expect(plain).toBeLessThan(0.25);
  expect(model.losses.slice(-100).reduce((sum, loss) => sum + loss, 0) / 100).toBeCloseTo(0.2, 1);
});
