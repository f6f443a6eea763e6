import { takeRows } from "../../../lib/array";
import { tiles } from "../../../lib/couplings";
import { emoji } from "../../../lib/data";
import { rng } from "../../../lib/random";

/** `n` test emoji of 32×32 with holes, and their categories. */
export async function emojiWithHoles(n: number) {
  const { test } = await emoji({ size: 32 });
  const rows = rng(0).permutation(test.x.shape[0]).subarray(0, n);
  return {
    truth: takeRows(test.x, rows),
    keep: tiles({ grid: 8, p: 0.3 }).draw({ n, h: 32, w: 32 }, rng(0).fork("holes")),
    classes: Int32Array.from(rows, (row) => test.categories[row]),
  };
}
