import type { SKRSContext2D } from "@napi-rs/canvas";
import { fontFiles } from "../../text";
import type { Pixels } from "../png";
import { ink } from "../style";
import { density, type GridCell, gap, type Layout, pad } from "./layout";
import type { ImageRow } from "./row";

const magenta = [255, 0, 255] as const;

/** The picture of a grid, at `density` pixels for one of the page. */
export async function drawGrid(rows: readonly ImageRow[], layout: Layout): Promise<Pixels> {
  const { createCanvas, GlobalFonts } = await import("@napi-rs/canvas");
  const { regular, bold } = fontFiles();
  GlobalFonts.registerFromPath(regular, "DejaVu Sans");
  GlobalFonts.registerFromPath(bold, "DejaVu Sans");
  const canvas = createCanvas(layout.width * density, layout.height * density);
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(density, density);
  drawWords(context, layout);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const pixels = { width: canvas.width, height: canvas.height, data };
  rows.forEach((row, r) => {
    layout.cells[r].forEach((cell, c) => {
      paint(pixels, row, c, cell, density * layout.scale);
    });
  });
  return pixels;
}

/** Draws all but the images: the title, headings, labels and remarks, and a hairline around each image. */
function drawWords(context: SKRSContext2D, layout: Layout): void {
  const { titleLines, labelLines, remarkLines, cells, top, bottom, height, cellHeight, labelWidth } = layout;
  titleLines.forEach((line, k) => {
    write(context, line, { x: pad, y: 28 + 21 * k, font: "bold 16px", align: "left" });
  });
  // So that white images have an edge.
  context.fillStyle = "#d5dbe1";
  for (const { x, y, width: wide, height: tall } of cells.flat()) {
    context.fillRect(x / density - 1, y / density - 1, wide / density + 2, tall / density + 2);
  }
  drawHeadings(context, layout);
  labelLines.forEach((lines, r) => {
    const middle = top + r * (cellHeight + gap) + cellHeight / 2;
    lines.forEach((line, k) => {
      const y = middle + 4.5 + 16 * (k - (lines.length - 1) / 2);
      write(context, line, { x: pad + labelWidth - 12, y, font: "12.5px", align: "right" });
    });
  });
  remarkLines.forEach((line, k) => {
    const y = height - bottom + 20 + 15 * k;
    write(context, line, { x: pad, y, font: "11px", align: "left", colour: ink.soft });
  });
}

/** Draws the headings of columns, smaller where they would not fit. */
function drawHeadings(context: SKRSContext2D, { headingLines, cells, top }: Layout): void {
  headingLines.forEach((lines, c) => {
    const { x, width: wide } = cells.find((row) => row.length > c)![c];
    context.font = '12px "DejaVu Sans"';
    const widest = Math.max(...lines.map((line) => context.measureText(line).width));
    const size = Math.max(8.5, Math.min(12, (12 * (wide / density + gap - 2)) / widest));
    lines.forEach((line, k) => {
      const y = top - 8 - 15 * (lines.length - 1 - k);
      write(context, line, { x: (x + wide / 2) / density, y, font: `${size}px`, align: "center" });
    });
  });
}

function write(
  context: SKRSContext2D,
  text: string,
  {
    x,
    y,
    font,
    align,
    colour = ink.text,
  }: {
    readonly x: number;
    readonly y: number;
    /** Its weight and size. */
    readonly font: string;
    readonly align: "left" | "right" | "center";
    readonly colour?: string;
  },
): void {
  context.font = `${font} "DejaVu Sans"`;
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(text, x, y);
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
