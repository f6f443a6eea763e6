import { expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { isolationForest } from "../../../lib/experiments";
import { rng } from "../../../lib/random";

it("takes trees of more rows than a call has room for arguments", () => {
  const x = rng(0).normals([200_000, 1]);
  const odd = isolationForest({ x, rows: 200_000, trees: 1, rng: rng(1) });
  const [middle, far] = odd(ndarray([2, 1], [0, 40]));
  expect(far).toBeGreaterThan(middle);
});
