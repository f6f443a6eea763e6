import type { SKRSContext2D } from "@napi-rs/canvas";
import type { NdArray } from "../array";
import { expected } from "../errors";
import { fontFiles, formatNumber } from "../text";
import type { Displayable, MimeBundle } from "./figure";
import { base64, encodePng, type Pixels } from "./png";
import { assertText, type Described, ink } from "./style";
import { gridLabelWidth, gridTitleWidth, lineLength, wordsOf, wrap } from "./text-fit";

/** One row of pictures. */
export interface ImageRow {
  /** The label of the row, such as "masked", "sample" or "truth". */
  readonly label: string;
  /** Images `[n, height, width, channels]`; one channel is grey, three are red, green and blue. */
  readonly images: NdArray;
  /** The values that are black and white, [-1, 1] when absent; others are clipped. */
  readonly range?: readonly [number, number];
}

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

/** PNG pixels per page pixel, so that text is sharp on high-resolution screens. */
const density = 2;
const magenta = [255, 0, 255] as const;

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
  const { title, rows, columns: headings } = options;
  assertText("an image grid", { title, alt: options.alt });
  if (!rows?.length) throw expected("at least one row of images", "none");
  rows.forEach((row, k) => {
    assertText("an image grid", { [`label of row ${k + 1}`]: row.label });
    const { shape } = row.images;
    const [, height, width] = rows[0].images.shape;
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
    const [low, high] = row.range ?? [-1, 1];
    if (!(low < high)) throw expected(`a range from low to high in row "${row.label}"`, `[${low}, ${high}]`);
  });
  const most = Math.max(...rows.map((row) => row.images.shape[0]));
  if (headings && headings.length !== most) {
    throw expected(`${most} column headings`, `${headings.length}`);
  }
  if (options.scale !== undefined && !(Number.isInteger(density * options.scale) && options.scale > 0)) {
    throw expected("a multiple of ½ above 0 as scale", `${options.scale}`);
  }

  const [, imageHeight, imageWidth] = rows[0].images.shape;
  const limit = options.width ?? 800;
  const gap = 4;
  const pad = 16;
  const longest = Math.max(...rows.flatMap(({ label }) => wordsOf(label).map((word) => word.length)));
  const labelWidth = gridLabelWidth(longest);
  const room = limit - 2 * pad - labelWidth;
  const scale =
    options.scale ??
    Math.max(1, Math.min(8, Math.floor((density * (room / most - gap)) / imageWidth) / density));
  const shown = options.scale
    ? most
    : Math.min(most, Math.max(1, Math.floor(room / (imageWidth * scale + gap))));

  const cellWidth = imageWidth * scale;
  const cellHeight = imageHeight * scale;
  const width = Math.max(
    Math.ceil(2 * pad + labelWidth + shown * (cellWidth + gap) - gap),
    Math.min(limit, gridTitleWidth(title.length) + 2 * pad),
    300,
  );
  const titleLines = wrap(title, lineLength(width - 2 * pad, 16, "gridTitle"));
  const headingLines = (headings?.slice(0, shown) ?? []).map((heading) =>
    wrap(heading, lineLength(cellWidth + gap, 12, "gridHeading")),
  );
  const headingRows = Math.max(0, ...headingLines.map((lines) => lines.length));
  const top = 14 + titleLines.length * 21 + 10 + headingRows * 15 + (headingRows > 0 ? 5 : 0);

  const counts = countOdd(rows, shown);
  const oddPixels = counts.notANumber === 1 ? "1 pixel is" : `${counts.notANumber} pixels are`;
  const remarks = [
    ...(options.note ? [options.note] : []),
    ...(shown < most ? [`The first ${shown} of ${most} images are shown.`] : []),
    ...(counts.notANumber > 0 ? [`${oddPixels} not a number and shown in magenta.`] : []),
  ];
  const clipped = counts.outside / counts.values;
  const percent = (100 * clipped).toPrecision(2);
  const farthest = formatNumber(counts.farthest, 2);
  const clippedRemark = `${percent} % of the values lie outside the range, by up to ${farthest}, and are clipped.`;
  if (clipped >= 0.01) remarks.push(clippedRemark);
  const remarkLines = remarks.flatMap((remark) =>
    wrap(remark, lineLength(width - 2 * pad, 11, "gridRemark")),
  );
  const bottom = (remarkLines.length > 0 ? remarkLines.length * 15 + 8 : 0) + 14;
  const height = Math.ceil(top + rows.length * (cellHeight + gap) - gap + bottom);
  const alt = [
    options.alt.trim(),
    ...remarks,
    ...(clipped > 0 && clipped < 0.01 ? [clippedRemark] : []),
  ].join(" ");

  const cells = rows.map((row, r) =>
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
  );

  const slices = timeSlices(headings?.slice(0, shown) ?? [], rows, cells);
  const draw = async (): Promise<MimeBundle> => {
    const pixels = await drawWords(width, height, (context) => {
      const write = (
        text: string,
        x: number,
        y: number,
        font: string,
        colour: string,
        align: "left" | "right" | "center",
      ) => {
        context.font = font;
        context.fillStyle = colour;
        context.textAlign = align;
        context.fillText(text, x, y);
      };
      titleLines.forEach((line, k) => {
        write(line, pad, 28 + 21 * k, 'bold 16px "DejaVu Sans"', ink.text, "left");
      });
      // A hairline around each image, so that white ones have an edge.
      context.fillStyle = "#d5dbe1";
      for (const { x, y, width: wide, height: tall } of cells.flat()) {
        context.fillRect(x / density - 1, y / density - 1, wide / density + 2, tall / density + 2);
      }
      headingLines.forEach((lines, c) => {
        const { x, width: wide } = cells.find((row) => row.length > c)![c];
        context.font = '12px "DejaVu Sans"';
        const widest = Math.max(...lines.map((line) => context.measureText(line).width));
        const size = Math.max(8.5, Math.min(12, (12 * (wide / density + gap - 2)) / widest));
        lines.forEach((line, k) => {
          const y = top - 8 - 15 * (lines.length - 1 - k);
          write(line, (x + wide / 2) / density, y, `${size}px "DejaVu Sans"`, ink.text, "center");
        });
      });
      rows.forEach((row, r) => {
        const lines = wrap(row.label, lineLength(labelWidth, 12.5, "gridLabel"));
        const middle = top + r * (cellHeight + gap) + cellHeight / 2;
        lines.forEach((line, k) => {
          const y = middle + 4.5 + 16 * (k - (lines.length - 1) / 2);
          write(line, pad + labelWidth - 12, y, '12.5px "DejaVu Sans"', ink.text, "right");
        });
      });
      remarkLines.forEach((line, k) => {
        write(line, pad, height - bottom + 20 + 15 * k, '11px "DejaVu Sans"', ink.soft, "left");
      });
    });
    rows.forEach((row, r) => {
      cells[r].forEach((cell, c) => {
        paint(pixels, row, c, cell, density * scale);
      });
    });
    return Object.freeze({
      "image/png": base64(await encodePng(pixels)),
      "text/plain": `${title}\n${alt}`,
    });
  };
  let bundle: Promise<MimeBundle> | undefined;
  return Object.freeze({
    title,
    alt,
    cells: Object.freeze(cells),
    metadata: Object.freeze({ "image/png": Object.freeze({ width, height, ...slices }) }),
    toBundle() {
      bundle ??= draw();
      return bundle;
    },
  });
}

/** The cells of columns that are times, for a page that steps through them; nothing where they are few. */
function timeSlices(
  columns: readonly string[],
  rows: readonly ImageRow[],
  cells: ImageGrid["cells"],
): { readonly slices?: unknown } {
  const times = columns.flatMap((heading, c) => (/^t = [\d.]+$/.test(heading) ? [c] : []));
  const whole = rows.flatMap(({ label }, r) => (times.every((c) => cells[r][c]) ? [{ label, r }] : []));
  if (times.length < 3 || whole.length === 0) return {};
  const slices = {
    names: times.map((c) => columns[c]),
    labels: whole.map(({ label }) => label),
    cells: whole.map(({ r }) => times.map((c) => Object.values(cells[r][c]))),
  };
  return { slices };
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

/** Copies image `index` of a row into its cell, each pixel a square of side `side`. */
function paint(pixels: Pixels, row: ImageRow, index: number, cell: GridCell, side: number): void {
  const [, height, width, channels] = row.images.shape;
  const [low, high] = row.range ?? [-1, 1];
  const { data } = row.images;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = ((index * height + y) * width + x) * channels;
      const rgb = [0, 1, 2].map((c) => {
        const value = data[at + (channels === 3 ? c : 0)];
        return Math.round((255 * (Math.min(high, Math.max(low, value)) - low)) / (high - low));
      });
      const [red, green, blue] = rgb.some(Number.isNaN) ? magenta : rgb;
      for (let dy = 0; dy < side; dy++) {
        let to = 4 * ((cell.y + y * side + dy) * pixels.width + cell.x + x * side);
        for (let dx = 0; dx < side; dx++) {
          pixels.data[to++] = red;
          pixels.data[to++] = green;
          pixels.data[to++] = blue;
          pixels.data[to++] = 255;
        }
      }
    }
  }
}

/** The pixels of a white canvas with text on it. */
async function drawWords(
  width: number,
  height: number,
  write: (context: SKRSContext2D) => void,
): Promise<Pixels> {
  const { createCanvas, GlobalFonts } = await import("@napi-rs/canvas");
  const { regular, bold } = fontFiles();
  GlobalFonts.registerFromPath(regular, "DejaVu Sans");
  GlobalFonts.registerFromPath(bold, "DejaVu Sans");
  const canvas = createCanvas(width * density, height * density);
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(density, density);
  write(context);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return { width: canvas.width, height: canvas.height, data };
}
