import type { INotebookContent } from "@jupyterlab/nbformat";
import { type Cell, hasTag, readNotebook, textIn } from "../notebook/nbformat";

/**
 * A small picture of a notebook for the index, as a data URI: from the cell tagged `thumbnail`, else its
 * first grid of images, else its first plot; nothing when it has no picture. It is shown whole: at most
 * `width` wide (default 640 pixels) and a quarter higher than that.
 */
export async function thumbnailOf(
  notebook: INotebookContent,
  options: { width?: number } = {},
): Promise<string | undefined> {
  const pictures = readNotebook(notebook).cells.flatMap((cell) => pictureOf(cell) ?? []);
  const [first] = pictures.sort((a, b) => a.rank - b.rank);
  if (!first) return undefined;
  const { width = 640 } = options;
  const { default: sharp } = await import("sharp");
  const picture = sharp(Buffer.from(first.png, "base64"))
    .resize({ width, height: Math.round(1.25 * width), fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#ffffff" })
    .webp({ quality: 82 });
  const webp = await picture.toBuffer().catch(() => undefined);
  return webp && `data:image/webp;base64,${webp.toString("base64")}`;
}

/** The picture of a cell that is the best thumbnail, in base64, and its rank: 0 is best. */
export function pictureOf(cell: Cell): { readonly png: string; readonly rank: number } | undefined {
  const pictures = (cell.cell_type === "code" ? cell.outputs : []).flatMap((output) => {
    if (output.output_type === "stream" || output.output_type === "error") return [];
    const png = textIn(output.data, "image/png");
    if (!png.trim()) return [];
    const isPlot = "application/vnd.plotly.v1+json" in output.data;
    return [{ png, rank: hasTag(cell, "thumbnail") ? 0 : isPlot ? 2 : 1 }];
  });
  return pictures.sort((a, b) => a.rank - b.rank)[0];
}
