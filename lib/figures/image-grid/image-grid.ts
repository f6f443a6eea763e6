import { assertKnown, described, expected } from "../../errors";
import { sentences } from "../../text/sentences";
import type { Displayable, MimeBundle } from "../figure";
import { base64, encodePng } from "../png";
import { assertText, type Described } from "../style";
import { drawGrid } from "./drawing";
import { density, fitImages, type GridCell, layoutOf } from "./layout";
import { remarksOn } from "./remarks";
import { assertRows, type ImageRow } from "./row";
import { timeSlices } from "./time-slices";

/** Options of {@link imageGrid}. */
export interface ImageGridOptions extends Described {
  /** One row each, from top to bottom; all images have one size. */
  readonly rows: readonly ImageRow[];
  /** Headings, one per column. Where three or more are times, "t = 0.2", reports step through them. */
  readonly columns?: readonly string[];
  /**
   * Side of the square that each image pixel becomes, a multiple of ½; as large as fits the width when
   * absent.
   */
  readonly scale?: number;
  /** Largest width of the figure in pixels, 800 when absent. */
  readonly width?: number;
  /** A line of small print below the grid. */
  readonly note?: string;
}

/** A grid of images. */
export interface ImageGrid extends Displayable {
  /** The line above the grid. */
  readonly title: string;
  /** The alt text, including what was left out, clipped or marked. */
  readonly alt: string;
  /** `cells[row][column]`: where an image lies in the PNG. */
  readonly cells: readonly (readonly GridCell[])[];
  /** Draws it: a PNG, and HTML with its words. */
  toBundle(): Promise<MimeBundle>;
}

/**
 * Labelled rows of images, enlarged without smoothing. A pixel that is not a number is drawn in magenta and
 * counted in the text; values out of range are clipped, and counted where that can be seen.
 *
 * @example
 * imageGrid({
 *   title: "Discs",
 *   alt: "Bright discs of three sizes.",
 *   rows: [{ label: "truth", images: take(images, 6).x }],
 * });
 * @throws when the title, the alt text or a row's label is missing; when images are not `[n, h, w, 1]` or
 * `[n, h, w, 3]` of one size; when headings don't match the columns.
 */
export function imageGrid(options: ImageGridOptions): ImageGrid {
  assertKnown(
    options,
    { rows: true, columns: true, scale: true, width: true, note: true, title: true },
    "imageGrid",
    { likely: true },
  );
  const { title, rows, columns: headings, note, width, scale } = options;
  assertText("an image grid", { title, alt: options.alt });
  assertRows(rows);
  if (width !== undefined && !(width > 0 && Number.isFinite(width))) {
    throw expected("a width above 0 in pixels", `${width}`);
  }
  const fit = fitImages(rows, { width, scale });
  const { shown, most } = fit;
  if (headings !== undefined && headings?.length !== most) {
    throw expected(`${most} column headings`, `${headings?.length ?? described(headings)}`);
  }
  if (scale !== undefined && !(Number.isInteger(density * scale) && scale > 0)) {
    throw expected("a multiple of ½ above 0 as scale", `${scale}`);
  }
  const remarks = remarksOn(rows, { shown, most, note });
  const layout = layoutOf(rows, fit, { title, headings, remarks: remarks.below });
  const { cells } = layout;
  const alt = sentences([options.alt, ...remarks.spoken]);
  const size = { width: layout.width, height: layout.height };
  const draw = async (): Promise<MimeBundle> =>
    Object.freeze({
      "image/png": base64(await encodePng(await drawGrid(rows, layout))),
      "text/plain": `${title}\n${alt}`,
    });
  let bundle: Promise<MimeBundle> | undefined;
  return Object.freeze({
    title,
    alt,
    cells,
    metadata: Object.freeze({
      "image/png": Object.freeze({ ...size, ...timeSlices(headings?.slice(0, shown) ?? [], rows, cells) }),
    }),
    toBundle() {
      bundle ??= draw();
      return bundle;
    },
  });
}
