import { concatChannels, type NdArray, zeros } from "../array";
import { expected } from "../errors";
import type { Rng } from "../random";
import { gaussianRows } from "./gaussian-rows";

/**
 * Fits one Gaussian to settings `[n, k]` and rows `[n, d]` together, and returns a function that draws a
 * row for each of other settings `[m, k]`: linear regression with its correlated residuals.
 *
 * @example
 * const settings = rng(0).normals([300, 1]);
 * const draw = rowsGiven({ settings, rows: settings }); // rows that equal their settings
 * draw(ndarray([1, 1], [2]), rng(1)).data; // about 2
 * @throws unless there are as many settings as rows.
 */
export function rowsGiven(options: {
  readonly settings: NdArray;
  readonly rows: NdArray;
}): (settings: NdArray, rng: Rng) => NdArray {
  const { settings, rows } = options;
  const [k, d] = [settings.shape[1], rows.shape[1]];
  if (settings.shape[0] !== rows.shape[0]) {
    throw expected(`${rows.shape[0]} settings, one for each row`, `${settings.shape[0]}`);
  }
  const joint = gaussianRows(concatChannels([settings, rows]));
  return (asked, rng) => {
    const m = asked.shape[0];
    const x = concatChannels([asked, zeros([m, d], asked)]);
    const keep = zeros(x.shape);
    for (let e = 0; e < keep.data.length; e++) keep.data[e] = e % (k + d) < k ? 1 : 0;
    const drawn = joint.fill(x, keep, rng);
    const out = zeros([m, d], drawn);
    for (let i = 0; i < m; i++) out.data.set(drawn.data.subarray(i * (k + d) + k, (i + 1) * (k + d)), i * d);
    return out;
  };
}
