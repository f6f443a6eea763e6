import { readFile } from "node:fs/promises";
import { expected } from "../errors";
import { fontFiles, plotlyPath } from "../figures/draw";
import { escapeHtml } from "../figures/html";
import { highlight } from "./highlight";
import { type Attachments, type Heading, renderMarkdown } from "./markdown";
import { joined, type ReportCell, type ReportNotebook, tagsOf } from "./notebook-json";
import { renderOutputs } from "./outputs";
import { facts, page, safeHref } from "./page";
import type { ReportOptions } from "./render-notebook";
import { mathScript, packedFile, pageScript, plotScript } from "./scripts";

/** The work of {@link renderNotebook}. */
export async function notebookPage(notebook: ReportNotebook, options: ReportOptions): Promise<string> {
  if (notebook?.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw expected("a notebook of nbformat 4", `nbformat ${notebook?.nbformat}`);
  }
  const { cells, heading } = withoutTitle(notebook.cells);
  const title = heading ?? options.title ?? "Notebook";
  const titleHtml = renderMarkdown(`# ${title}`).headings[0]?.html ?? escapeHtml(title);
  const taken = new Set<string>(["top", "content"]);
  const headings: Heading[] = [];
  let plots = false;

  const parts = cells.map((cell) => {
    const tags = tagsOf(cell);
    if (tags.includes("remove-cell")) return "";
    const source = joined(cell.source);
    if (cell.cell_type === "markdown") {
      const text = renderMarkdown(source, { taken, attachments: (cell.attachments ?? {}) as Attachments });
      headings.push(...text.headings);
      return text.html.trim() ? `<section class="prose">\n${text.html}</section>` : "";
    }
    if (cell.cell_type !== "code")
      return source.trim() ? `<pre class="cell">${escapeHtml(source)}</pre>` : "";
    const outputs = tags.includes("remove-output")
      ? { html: "", plots: false }
      : renderOutputs(cell.outputs ?? [], cell.execution_count);
    plots ||= outputs.plots;
    return cellHtml(cell, source, tags, outputs.html, options);
  });

  const nav = contents(headings);
  const content = `<a class="skip" href="#content">Skip to the content</a>
<div class="page${nav ? " with-contents" : ""}">
<header id="top">
<h1>${titleHtml}</h1>
${facts(options.facts ?? {})}
<div class="links">${(options.links ?? []).map(({ label, href }) => `<a href="${escapeHtml(safeHref(href))}">${escapeHtml(label)}</a>`).join("\n")}
<button type="button" data-fold hidden>Hide all code</button></div>
</header>
${nav}
<main id="content">
${parts.filter(Boolean).join("\n")}
</main>
${options.footer ? `<footer>${escapeHtml(options.footer)}</footer>` : ""}
</div>`;
  const interactive = plots && options.interactive !== false;
  const formulas = content.includes("<math");
  const packages = [
    ...(formulas
      ? [`<script type="text/plain" data-math-font>${await packedFile(fontFiles().math)}</script>`]
      : []),
    ...(interactive
      ? [`<script type="text/plain" data-plotly>${await packedFile(plotlyPath())}</script>`]
      : []),
  ];
  return page({
    title: plainTitle(title),
    language: options.language ?? "en",
    body: [content, ...packages].join("\n"),
    scripts: [pageScript, ...(formulas ? [mathScript] : []), ...(interactive ? [plotScript] : [])],
    allowed: interactive ? [await readFile(plotlyPath(), "utf8")] : [],
  });
}

/** Takes the first heading of level 1 out of the cells: it stands above the page's facts. */
function withoutTitle(cells: readonly ReportCell[]): { cells: readonly ReportCell[]; heading?: string } {
  const index = cells.findIndex((cell) => cell.cell_type === "markdown");
  if (index < 0) return { cells };
  const source = joined(cells[index].source);
  const match = /^\s*#\s+(.+?)\s*#*\s*(?:\n|$)/.exec(source);
  if (!match) return { cells };
  const rest = { ...cells[index], source: source.slice(match[0].length) };
  return { cells: [...cells.slice(0, index), rest, ...cells.slice(index + 1)], heading: match[1] };
}

const plainTitle = (title: string) => title.replace(/[*_`$\\]/g, "");

function contents(headings: readonly Heading[]): string {
  const entries = headings.filter(({ level }) => level === 2 || level === 3);
  if (entries.length < 2) return "";
  const items = entries.map(
    ({ level, id, html }) =>
      `<li class="level${level}"><a href="#${encodeURIComponent(id)}">${html}</a></li>`,
  );
  return `<nav aria-label="Contents"><details class="toc" open><summary>Contents</summary><ol>\n${items.join("\n")}\n</ol></details></nav>`;
}

function cellHtml(
  cell: ReportCell,
  source: string,
  tags: readonly string[],
  outputs: string,
  options: ReportOptions,
): string {
  const shown = outputs ? `<div class="outputs">\n${outputs}\n</div>` : "";
  const hidden = tags.includes("remove-input") || !source.trim();
  const isParameters = tags.includes("parameters") || tags.includes("injected-parameters");
  const folded = isParameters || tags.includes("hide-input") || options.code === "folded";
  const code = hidden ? "" : codeHtml(source, cell.execution_count, !folded);
  if (!code && !shown) return "";
  if (!isParameters) return `<section class="cell">${code}${shown}</section>`;
  const injected = tags.includes("injected-parameters");
  const values = assignments(source);
  const list = values
    .map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
    .join("");
  const label = injected ? "Parameters of this run" : "Parameters, as the notebook sets them";
  return (
    `<section class="cell parameters" aria-label="${label}"><h3>${label}</h3>` +
    `${list ? `<dl>${list}</dl>` : ""}${code}${shown}</section>`
  );
}

function codeHtml(source: string, count: number | null | undefined, open: boolean): string {
  const lines = source.split("\n");
  const first = lines.find((line) => line.trim()) ?? "";
  return (
    `<details class="code"${open ? " open" : ""}><summary><span>Code</span><span class="first" aria-hidden="true">${escapeHtml(first.trim())}</span>` +
    `<span class="count">${count == null ? "" : `[${count}]`}</span></summary>` +
    `<pre tabindex="0"><code>${highlight(source, "typescript")}</code></pre></details>`
  );
}

/** The names and values that a parameters cell sets, as they are written. */
function assignments(source: string): [string, string][] {
  return source.split("\n").flatMap((line): [string, string][] => {
    const match =
      /^\s*(?:(?:let|const|var)\s+)?([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=(?!=)\s*(.+?);?\s*(?:\/\/.*)?$/.exec(
        line,
      );
    return match ? [[match[1], match[2]]] : [];
  });
}
