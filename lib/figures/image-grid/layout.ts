import { gridLabelWidth, gridTitleWidth, lineLength, wordsOf, wrap } from "../text-fit";
import type { ImageRow } from "./row";

/** A rectangle in the pixels of the figure's PNG. */
export interface GridCell {
  /** Distance of its left side from the left, in pixels. */
  readonly x: number;
  /** Distance of its upper side from the top, in pixels. */
  readonly y: number;
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
}

/** PNG pixels per page pixel, so that text is sharp on high-resolution screens. */
export const density = 2;

/** Page pixels between images, and around all. */
export const gap = 4;
export const pad = 16;

/** How large images are drawn, and how many in a row. */
export interface Fit {
  /** Largest width of the figure in page pixels. */
  readonly limit: number;
  readonly labelWidth: number;
  /** Side of the square that each image pixel becomes, in page pixels. */
  readonly scale: number;
  /** Images in the longest row, and of how many the first are shown. */
  readonly most: number;
  readonly shown: number;
}

/** As large as fits the width, or at the scale asked for; as many as fit then. */
export function fitImages(
  rows: readonly ImageRow[],
  { width: limit = 800, scale: asked }: { readonly width?: number; readonly scale?: number },
): Fit {
  const most = Math.max(...rows.map((row) => row.images.shape[0]));
  const [, , imageWidth] = rows[0].images.shape;
  const longest = Math.max(...rows.flatMap(({ label }) => wordsOf(label).map((word) => word.length)));
  const labelWidth = gridLabelWidth(longest);
  const room = limit - 2 * pad - labelWidth;
  const scale =
    asked ?? Math.max(1, Math.min(8, Math.floor((density * (room / most - gap)) / imageWidth) / density));
  const shown = asked ? most : Math.min(most, Math.max(1, Math.floor(room / (imageWidth * scale + gap))));
  return { limit, labelWidth, scale, most, shown };
}

/** Where everything lies; in page pixels, but for the cells. */
export interface Layout extends Fit {
  readonly width: number;
  readonly height: number;
  /** Height above and below the images. */
  readonly top: number;
  readonly bottom: number;
  /** Height of an image. */
  readonly cellHeight: number;
  readonly titleLines: readonly string[];
  /** The lines of each column's heading. */
  readonly headingLines: readonly (readonly string[])[];
  /** The lines of each row's label. */
  readonly labelLines: readonly (readonly string[])[];
  readonly remarkLines: readonly string[];
  readonly cells: readonly (readonly GridCell[])[];
}

export function layoutOf(
  rows: readonly ImageRow[],
  fit: Fit,
  words: {
    readonly title: string;
    readonly headings?: readonly string[];
    readonly remarks: readonly string[];
  },
): Layout {
  const { limit, labelWidth, scale, shown } = fit;
  const [, imageHeight, imageWidth] = rows[0].images.shape;
  const cellWidth = imageWidth * scale;
  const cellHeight = imageHeight * scale;
  const width = Math.max(
    Math.ceil(2 * pad + labelWidth + shown * (cellWidth + gap) - gap),
    Math.min(limit, gridTitleWidth(words.title.length) + 2 * pad),
    300,
  );
  const titleLines = wrap(words.title, lineLength(width - 2 * pad, 16, "gridTitle"));
  const headingLines = (words.headings?.slice(0, shown) ?? []).map((heading) =>
    wrap(heading, lineLength(cellWidth + gap, 12, "gridHeading")),
  );
  const headingRows = Math.max(0, ...headingLines.map((lines) => lines.length));
  const top = 14 + titleLines.length * 21 + 10 + headingRows * 15 + (headingRows > 0 ? 5 : 0);
  const remarkLines = words.remarks.flatMap((remark) =>
    wrap(remark, lineLength(width - 2 * pad, 11, "gridRemark")),
  );
  const bottom = (remarkLines.length > 0 ? remarkLines.length * 15 + 8 : 0) + 14;
  return {
    ...fit,
    width,
    height: Math.ceil(top + rows.length * (cellHeight + gap) - gap + bottom),
    top,
    bottom,
    cellHeight,
    titleLines,
    headingLines,
    labelLines: rows.map(({ label }) => wrap(label, lineLength(labelWidth, 12.5, "gridLabel"))),
    remarkLines,
    cells: Object.freeze(
      rows.map((row, r) =>
        Object.freeze(
          Array.from({ length: Math.min(shown, row.images.shape[0]) }, (_, c) =>
            Object.freeze({
              x: Math.round(density * (pad + labelWidth)) + density * c * (cellWidth + gap),
              y: density * (top + r * (cellHeight + gap)),
              width: density * cellWidth,
              height: density * cellHeight,
            }),
          ),
        ),
      ),
    ),
  };
}
