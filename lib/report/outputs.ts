import { escapeHtml, scriptJson } from "../figures/html";
import { renderMarkdown } from "./markdown";
import { renderMath } from "./math";
import { joined, type ReportOutput } from "./notebook-json";
import { sanitise } from "./sanitise";
import { terminal } from "./terminal";

/** HTML of a cell's outputs, and whether it needs plotly.js. */
export interface RenderedOutputs {
  readonly html: string;
  readonly plots: boolean;
}

/** Renders the outputs of the cell that ran as number `count`. */
export function renderOutputs(
  outputs: readonly ReportOutput[],
  count: number | null | undefined,
): RenderedOutputs {
  let plots = false;
  const parts = mergeLines(outputs).map((output) => {
    if (output.output_type === "stream") return streamHtml(output);
    if (isLine(output)) return linesHtml(output);
    if (output.output_type === "error") return errorHtml(output);
    const shown = bundleHtml(output, count);
    plots ||= shown.plots;
    return shown.html;
  });
  return { html: parts.filter(Boolean).join("\n"), plots };
}

/** Makes one output of neighbouring streams of one name, and one of neighbouring displays of a line of text, as progress leaves them. */
function mergeLines(outputs: readonly ReportOutput[]): ReportOutput[] {
  const merged: ReportOutput[] = [];
  for (const output of outputs) {
    const last = merged[merged.length - 1];
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      merged[merged.length - 1] = { ...last, text: joined(last.text) + joined(output.text) };
    } else if (last && isLine(output) && isLine(last)) {
      const text = `${joined(last.data?.["text/plain"])}\n${joined(output.data?.["text/plain"])}`;
      merged[merged.length - 1] = { ...last, data: { ...last.data, "text/plain": text } };
    } else merged.push(output);
  }
  return merged;
}

function isLine({ output_type, data = {} }: ReportOutput): boolean {
  const { "text/plain": text, ...others } = data;
  return output_type === "display_data" && joined(text).trim() !== "" && Object.keys(others).length === 0;
}

/** More lines than this are folded. */
const FEW = 6;

function linesHtml({ data }: ReportOutput): string {
  const text = joined(data?.["text/plain"]);
  const lines = text.split("\n").length;
  const html = `<pre class="stream" tabindex="0">${terminal(text)}</pre>`;
  return lines > FEW ? `<details class="lines"><summary>${lines} lines</summary>${html}</details>` : html;
}

function streamHtml(output: ReportOutput): string {
  const html = terminal(joined(output.text));
  return html.trim()
    ? `<pre class="stream ${output.name === "stderr" ? "stderr" : "stdout"}" tabindex="0">${html}</pre>`
    : "";
}

function errorHtml(output: ReportOutput): string {
  const trace = (output.traceback ?? []).join("\n");
  const name = output.ename || "Error";
  return (
    `<section class="error" aria-label="Error"><p><strong>${escapeHtml(name)}</strong> ${escapeHtml(output.evalue ?? "")}</p>` +
    (trace.trim()
      ? `<details open><summary>Where it happened</summary><pre tabindex="0">${terminal(trace)}</pre></details>`
      : "") +
    "</section>"
  );
}

function bundleHtml(output: ReportOutput, count: number | null | undefined): RenderedOutputs {
  const data = output.data ?? {};
  const plain = joined(data["text/plain"]);
  const alt = plain.trim() || `Output of cell ${count ?? ""}`.trim();
  const only = (html: string) => ({ html, plots: false });

  const plot = data["application/vnd.plotly.v1+json"];
  if (isPlot(plot)) {
    const words = altOf(plot) ?? alt;
    const image = pictureHtml("image/png", data["image/png"], words, sizeOfPlot(plot));
    return {
      plots: true,
      html:
        `<figure class="plot" aria-label="${escapeHtml(words)}"><div class="canvas" tabindex="0">` +
        `${image ?? `<p class="waiting">${escapeHtml(words)}</p>`}</div>` +
        `<script type="application/json">${scriptJson({ data: plot.data, layout: plot.layout })}</script></figure>`,
    };
  }
  const html = joined(data["text/html"]);
  if (html) {
    const safe = sanitise(html);
    if (/<img|<hr/.test(safe) || safe.replace(/<[^>]*>/g, "").trim())
      return only(`<div class="html scroll" tabindex="0">${safe}</div>`);
  }
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"]) {
    const size = (output.metadata?.[type] ?? {}) as { width?: unknown; height?: unknown };
    const image = pictureHtml(type, data[type], alt, {
      width: Number(size.width),
      height: Number(size.height),
    });
    if (image) return only(`<figure class="picture">${image}</figure>`);
  }
  const text = joined(data["text/markdown"]);
  if (text) return only(`<div class="prose">${renderMarkdown(text).html}</div>`);
  const latex = joined(data["text/latex"]).trim();
  if (latex) return only(renderMath(latex.replace(/^\$+|\$+$/g, ""), true));
  if (data["application/json"] !== undefined) {
    return only(
      `<pre class="stream" tabindex="0">${escapeHtml(JSON.stringify(data["application/json"], null, 2))}</pre>`,
    );
  }
  return only(plain.trim() ? `<pre class="stream result" tabindex="0">${terminal(plain)}</pre>` : "");
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
  data: unknown,
  alt: string,
  size: { width: number; height: number },
): string | undefined {
  let source = joined(data).trim();
  if (!source) return undefined;
  if (type === "image/svg+xml") source = Buffer.from(source, "utf8").toString("base64");
  source = source.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]+=*$/.test(source)) return undefined;
  const sized =
    size.width > 0 && size.height > 0
      ? ` width="${Math.round(size.width)}" height="${Math.round(size.height)}"`
      : "";
  return `<img src="data:${type};base64,${source}"${sized} alt="${escapeHtml(alt.replace(/\s*\n\s*/g, ". ").replace(/\.\./g, "."))}">`;
}
