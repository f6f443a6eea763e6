import { createHash } from "node:crypto";
import type { MimeBundle } from "./figure";
import { liveHtml } from "./live";
import type { Plot } from "./panel";
import type { PlotlyFigure } from "./plotly/figure";
import { type DrawnFigure, drawHeadless } from "./plotly/headless";
import { base64, encodePng } from "./png";

/** Makes a displayable plot of a Plotly figure. */
export function asPlot(title: string, alt: string, figure: PlotlyFigure): Plot {
  let bundle: Promise<MimeBundle> | undefined;
  return Object.freeze({
    title,
    alt,
    plainText: textOf(title, alt),
    figure,
    toBundle() {
      bundle ??= bundleOf(title, alt, figure);
      return bundle;
    },
  });
}

const textOf = (title: string, alt: string): string => `${title}\n${alt}`;

/** The most base64 characters that a picture should have: the bundle holds it twice. */
const budget = 60_000;

async function bundleOf(title: string, alt: string, figure: PlotlyFigure): Promise<MimeBundle> {
  const png = await picture(await drawHeadless(figure), figure);
  const id = createHash("sha256").update(JSON.stringify(figure)).digest("hex").slice(0, 12);
  return Object.freeze({
    "text/html": `${liveHtml({ id, title, alt, png, figure })}`,
    "image/png": png,
    "application/vnd.plotly.v1+json": figure,
    "text/plain": textOf(title, alt),
  });
}

/** The sharpest PNG within the budget: two pixels per page pixel for most figures, fewer for crowded ones. */
async function picture(drawing: DrawnFigure, figure: PlotlyFigure): Promise<string> {
  const colours = figure.data.some((trace) => trace["type"] === "heatmap") ? 160 : 64;
  let png = "";
  for (const scale of [2, 1.5, 1.25, 1]) {
    png = base64(await encodePng(await drawing.pixels(scale), { colours }));
    if (png.length <= budget) break;
  }
  return png;
}
