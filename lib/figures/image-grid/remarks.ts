import { formatNumber } from "../../text";
import type { ImageRow } from "./row";

/** What is to be said of a grid's images. */
export interface Remarks {
  /** Below the grid. */
  readonly below: readonly string[];
  /** In the alt text: more than below, where few values are clipped. */
  readonly spoken: readonly string[];
}

/** What was left out, marked or clipped, where `shown` of `most` images stand in a row. */
export function remarksOn(
  rows: readonly ImageRow[],
  { shown, most, note }: { readonly shown: number; readonly most: number; readonly note?: string },
): Remarks {
  const counts = countOdd(rows, shown);
  const oddPixels = counts.notANumber === 1 ? "1 pixel is" : `${counts.notANumber} pixels are`;
  const remarks = [
    ...(note ? [note] : []),
    ...(shown < most ? [`The first ${shown} of ${most} images are shown.`] : []),
    ...(counts.notANumber > 0 ? [`${oddPixels} not a number and shown in magenta.`] : []),
  ];
  const clipped = counts.outside / counts.values;
  const percent = formatNumber(100 * clipped, 2);
  const farthest = formatNumber(counts.farthest, 2);
  const clippedRemark = `${percent} % of the values lie outside the range, by up to ${farthest}, and are clipped.`;
  const spoken = clipped > 0 ? [...remarks, clippedRemark] : remarks;
  return { below: clipped >= 0.01 ? spoken : remarks, spoken };
}

/** The share of the range by which a value may lie outside of it without being counted: six levels of 255. */
const visible = 0.025;

function countOdd(rows: readonly ImageRow[], shown: number) {
  let notANumber = 0;
  let outside = 0;
  let farthest = 0;
  let values = 0;
  for (const { images, range } of rows) {
    const [low, high] = range ?? [-1, 1];
    const [n, height, width, channels] = images.shape;
    const end = Math.min(n, shown) * height * width * channels;
    const seen = visible * (high - low);
    for (let i = 0; i < end; i += channels) {
      let odd = false;
      for (let c = 0; c < channels; c++) {
        const value = images.data[i + c];
        const excess = Math.max(low - value, value - high);
        if (Number.isNaN(value)) odd = true;
        else if (excess > seen) {
          outside++;
          farthest = Math.max(farthest, excess);
        }
      }
      if (odd) notANumber++;
    }
    values += end;
  }
  return { notANumber, outside, farthest, values };
}
