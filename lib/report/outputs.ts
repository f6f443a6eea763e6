import { type CellOutput, type OutputData, type StreamOutput, textIn } from "../notebook/nbformat";
import { type PageModels, playHtml } from "../playground/html";
import { type CarriedPlay, playgroundMime, readPlay } from "../playground/spec";
import { html, htmlLines, type SafeHtml, scriptJson } from "../text";
import { renderMarkdown } from "./markdown";
import { renderMath } from "./math";
import { sanitise } from "./sanitise";
import { slicesIn } from "./slices";
import { terminal } from "./terminal";

/** HTML of a cell's outputs, whether it needs plotly.js, and the models of its live figures, if any. */
export interface RenderedOutputs {
  readonly html: SafeHtml;
  readonly plots: boolean;
  readonly models?: PageModels;
}

/** Renders the outputs of the cell that ran as number `count`. */
export function renderOutputs(outputs: readonly CellOutput[], count: number | null): RenderedOutputs {
  let plots = false;
  let models: PageModels | undefined;
  const parts = mergeLines(outputs).map((output) => {
    if (output.output_type === "stream") return streamHtml(output);
    if (output.output_type === "error") return errorHtml(output);
    if (isLine(output)) return linesHtml(output);
    const shown = bundleHtml(output, count);
    plots ||= shown.plots;
    if (shown.models) models = { ...models, ...shown.models };
    return shown.html;
  });
  return { html: htmlLines(parts), plots, ...(models && { models }) };
}

type Shown = Exclude<CellOutput, StreamOutput | ErrorOutput>;
type ErrorOutput = Extract<CellOutput, { output_type: "error" }>;

/**
 * Makes one output of neighbouring streams of one name, and one of neighbouring displays of a line of text,
 * as progress leaves them.
 */
function mergeLines(outputs: readonly CellOutput[]): CellOutput[] {
  const merged: CellOutput[] = [];
  for (const output of outputs) {
    const last = merged[merged.length - 1];
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      merged[merged.length - 1] = { ...last, text: last.text + output.text };
    } else if (last && isLine(output) && isLine(last)) {
      const text = `${textIn(last.data, "text/plain")}\n${textIn(output.data, "text/plain")}`;
      merged[merged.length - 1] = { ...last, data: { "text/plain": text } };
    } else merged.push(output);
  }
  return merged;
}

function isLine(output: CellOutput): output is Extract<CellOutput, { output_type: "display_data" }> {
  if (output.output_type !== "display_data") return false;
  return textIn(output.data, "text/plain").trim() !== "" && Object.keys(output.data).length === 1;
}

/** More lines than this are folded. */
const FEW = 6;

function linesHtml({ data }: Shown): SafeHtml {
  const text = textIn(data, "text/plain");
  const lines = text.split("\n").length;
  const all = html`<pre class="stream" tabindex="0">${terminal(text)}</pre>`;
  return lines > FEW ? html`<details class="lines"><summary>${lines} lines</summary>${all}</details>` : all;
}

function streamHtml({ name, text }: StreamOutput): SafeHtml | "" {
  const shown = terminal(text);
  const kind = name === "stderr" ? "stderr" : "stdout";
  return `${shown}`.trim() && html`<pre class="stream ${kind}" tabindex="0">${shown}</pre>`;
}

function errorHtml({ ename, evalue, traceback }: ErrorOutput): SafeHtml {
  const trace = traceback.join("\n");
  const lines = html`<pre tabindex="0">${terminal(trace)}</pre>`;
  const place = html`<details open><summary>Where it happened</summary>${lines}</details>`;
  const line = html`<p><strong>${ename || "Error"}</strong> ${evalue}</p>`;
  return html`<section class="error" aria-label="Error">${line}${trace.trim() && place}</section>`;
}

function bundleHtml(output: Shown, count: number | null): RenderedOutputs {
  const { data } = output;
  const plain = textIn(data, "text/plain");
  const alt = plain.trim() || `Output of cell ${count ?? ""}`.trim();
  const plot = data["application/vnd.plotly.v1+json"];
  if (isPlot(plot)) {
    const words = altOf(plot) ?? alt;
    const image = pictureHtml("image/png", data, words, sizeOfPlot(plot));
    const picture = image ?? html`<p class="waiting">${words}</p>`;
    const json = scriptJson({ data: plot.data, layout: plot.layout });
    const parts = [
      html`<div class="canvas" tabindex="0">${picture}</div>`,
      html`<script type="application/json">${json}</script>`,
    ];
    return {
      plots: true,
      html: html`<figure class="plot" aria-label="${words}">${parts}</figure>`,
    };
  }
  const carried = playIn(data[playgroundMime]);
  if (carried) return { plots: false, ...playHtml(carried, stillHtml(output, plain, alt)) };
  return { plots: false, html: stillHtml(output, plain, alt) };
}

/** A live figure; nothing where there is none, or none that holds together: its picture is shown then. */
function playIn(json: unknown): CarriedPlay | undefined {
  if (json === undefined) return undefined;
  try {
    return readPlay(json);
  } catch {
    return undefined;
  }
}

/** The richest format that can be shown, other than a plot. */
function stillHtml({ data, metadata }: Shown, plain: string, alt: string): SafeHtml {
  const safe = sanitise(textIn(data, "text/html"));
  if (/<img|<hr/.test(`${safe}`) || `${safe}`.replace(/<[^>]*>/g, "").trim()) {
    return html`<div class="html scroll" tabindex="0">${safe}</div>`;
  }
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"]) {
    const said = (metadata?.[type] ?? {}) as { width?: unknown; height?: unknown; slices?: unknown };
    const image = pictureHtml(type, data, alt, { width: Number(said.width), height: Number(said.height) });
    const slices = slicesIn(said.slices);
    const stepped = slices && html` data-slices="${JSON.stringify(slices)}"`;
    if (image) return html`<figure class="picture"${stepped}>${image}</figure>`;
  }
  const text = textIn(data, "text/markdown");
  if (text) return html`<div class="prose">${renderMarkdown(text).html}</div>`;
  const latex = textIn(data, "text/latex").trim();
  if (latex) return renderMath(latex.replace(/^\$+|\$+$/g, ""), true);
  if (data["application/json"] !== undefined) {
    return html`<pre class="stream" tabindex="0">${JSON.stringify(data["application/json"], null, 2)}</pre>`;
  }
  return html`${plain.trim() && html`<pre class="stream result" tabindex="0">${terminal(plain)}</pre>`}`;
}

interface PlotJson {
  readonly data: readonly unknown[];
  readonly layout: Readonly<Record<string, unknown>>;
}

function isPlot(value: unknown): value is PlotJson {
  const plot = value as PlotJson | undefined;
  return Array.isArray(plot?.data) && typeof plot?.layout === "object" && plot.layout !== null;
}

function altOf(plot: PlotJson): string | undefined {
  const meta = plot.layout["meta"] as { title?: unknown; alt?: unknown } | undefined;
  const words = [meta?.title, meta?.alt].filter((text): text is string => typeof text === "string");
  return words.length > 0 ? words.join(". ") : undefined;
}

function sizeOfPlot(plot: PlotJson) {
  return { width: Number(plot.layout["width"]), height: Number(plot.layout["height"]) };
}

function pictureHtml(
  type: string,
  data: OutputData,
  alt: string,
  { width, height }: { width: number; height: number },
): SafeHtml | undefined {
  const text = textIn(data, type).trim();
  const source =
    type === "image/svg+xml" ? Buffer.from(text, "utf8").toString("base64") : text.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]+=*$/.test(source)) return undefined;
  const words = alt.replace(/\s*\n\s*/g, ". ").replace(/\.\./g, ".");
  const size = width > 0 && height > 0 && html` width="${Math.round(width)}" height="${Math.round(height)}"`;
  return html`<img src="data:${type};base64,${source}"${size} alt="${words}">`;
}
