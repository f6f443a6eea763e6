import { type NdArray, sizeOf } from "../../array";
import { expected } from "../../errors";
import { assertText } from "../style";

/** One row of pictures. */
export interface ImageRow {
  /** The label of the row, such as "masked", "sample" or "truth". */
  readonly label: string;
  /** Images `[n, height, width, channels]`; one channel is grey, three are red, green and blue. */
  readonly images: NdArray;
  /** The values that are black and white, [-1, 1] when absent; others are clipped. */
  readonly range?: readonly [number, number];
}

/** @throws where there are no rows, or they are not images of one size with a label and a range. */
export function assertRows(rows: readonly ImageRow[] | undefined): void {
  if (!rows?.length) throw expected("at least one row of images", "none");
  const [, height, width] = rows[0].images?.shape ?? [];
  rows.forEach((row, k) => {
    assertText("an image grid", { [`label of row ${k + 1}`]: row.label });
    if (!row.images?.shape) throw expected(`images in row "${row.label}"`, `${row.images}`);
    const { shape, data } = row.images;
    if (shape.length !== 4 || !(shape[3] === 1 || shape[3] === 3)) {
      throw expected(
        `images of shape [n, height, width, 1 or 3] in row "${row.label}"`,
        `shape [${shape.join(", ")}]`,
      );
    }
    if (shape[1] !== height || shape[2] !== width) {
      throw expected(`images of ${height} × ${width} in row "${row.label}"`, `${shape[1]} × ${shape[2]}`);
    }
    if (shape[0] === 0) throw expected(`at least one image in row "${row.label}"`, "none");
    if (height * width === 0)
      throw expected(`pixels in row "${row.label}"`, `images of ${height} × ${width}`);
    if (data.length !== sizeOf(shape)) {
      throw expected(`${sizeOf(shape)} values in row "${row.label}"`, `${data.length}`);
    }
    const [low, high] = row.range ?? [-1, 1];
    if (!(low < high && Number.isFinite(high - low)))
      throw expected(`a range from low to high in row "${row.label}"`, `[${low}, ${high}]`);
  });
}
