import type { INotebookContent } from "@jupyterlab/nbformat";
import type { Aside } from "../files/aside";
import {
  type Cell,
  type CodeCell,
  hasTag,
  languageOf,
  type OutputsOf,
  outputsIn,
  readNotebook,
  titleLine,
} from "../notebook/nbformat";
import type { PageModels } from "../playground/html";
import { html, type SafeHtml } from "../text";
import { answerAmong } from "./answer";
import { frame, pagePart } from "./frame";
import { highlight } from "./highlight";
import { type Attachments, type Heading, renderMarkdown } from "./markdown";
import { renderOutputs } from "./outputs";

/** Options of {@link renderNotebook}. */
export interface ReportOptions {
  /** The title when the notebook's first Markdown has no heading of level 1. */
  readonly title?: string;
  /** Facts below the title: "scale" → "quick", "seed" → 1, "duration" → "2 min 4 s", … */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Sentences below the facts that a reader must know: that cells were not run, … */
  readonly notices?: readonly string[];
  /** Links below the facts: to the index, to the notebook, to its metrics. */
  readonly links?: readonly { readonly label: string; readonly href: string }[];
  /** Whether code is unfolded when the page opens: "folded", the default, or "shown". */
  readonly code?: "shown" | "folded";
  /**
   * Whether plots are interactive and live figures live; true when absent. It adds 2 MB to pages with plots,
   * 0.4 MB and their models to pages with live figures.
   */
  readonly interactive?: boolean;
  /** The language of the notebook's text, "en" when absent. */
  readonly language?: string;
  /** A line at the end of the page. */
  readonly footer?: string;
}

/**
 * Renders a notebook as one HTML page that works offline and fetches nothing: text, mathematics, code,
 * tables, and figures that are interactive where a browser allows. What the notebook's outputs hold as HTML
 * is sanitised; figures of this library, and any other Plotly figure, are made anew from their data.
 * @throws when it isn't a notebook of nbformat 4.
 */
export async function renderNotebook(
  notebook: INotebookContent,
  options: ReportOptions = {},
): Promise<string> {
  return [...(await notebookPage(notebook, options))].join("");
}

/**
 * That page in pieces, about a cell each: whole, it may be longer than memory allows.
 * @param places.outputsOf where the cells' outputs are found; default: in the notebook
 * @param places.aside where pieces are kept until they are asked for, in UTF-8; default: in memory
 */
export async function notebookPage(
  notebook: INotebookContent,
  options: ReportOptions = {},
  places: { readonly outputsOf?: OutputsOf; readonly aside?: Aside } = {},
): Promise<Iterable<string | Uint8Array>> {
  const read = readNotebook(notebook);
  const language = languageOf(read) ?? "typescript";
  const { cells, heading } = withoutTitle(read.cells);
  const title = heading ?? options.title ?? "Notebook";
  const titleHtml = renderMarkdown(`# ${title}`).headings[0]?.html ?? title;
  const taken = new Set<string>(["top", "content"]);
  const headings: Heading[] = [];
  const { aside, outputsOf = outputsIn(cells) } = places;
  let plots = false;
  let answer: ReturnType<typeof answerAmong>;
  let models: PageModels | undefined;
  const [given, injected] = ["parameters", "injected-parameters"].map((tag) =>
    cells.find((cell) => cell.cell_type === "code" && hasTag(cell, tag) && !hasTag(cell, "remove-cell")),
  );
  // One list of all parameters, as they were in this run, in place of two.
  const parameters =
    given && injected
      ? [...new Map([given, injected].flatMap(({ source }) => assignments(source)))]
      : undefined;

  const content = cells.map((cell, k) => pagePart(partOf(cell, k), aside));

  function partOf(cell: Cell, k: number): SafeHtml | string {
    if (hasTag(cell, "remove-cell")) return "";
    if (cell.cell_type === "markdown") {
      const attachments = (cell.attachments ?? {}) as Attachments;
      const text = renderMarkdown(cell.source, { taken, attachments });
      headings.push(...text.headings);
      return `${text.html}`.trim() && html`<section class="prose">\n${text.html}</section>`;
    }
    if (cell.cell_type !== "code") return cell.source.trim() && html`<pre class="cell">${cell.source}</pre>`;
    const found = hasTag(cell, "remove-output") ? [] : outputsOf(k);
    answer ??= answerAmong(found);
    const outputs = renderOutputs(
      // The answer stands above everything else.
      found.filter((output) => output !== answer?.output),
      cell.execution_count,
    );
    plots ||= outputs.plots;
    if (outputs.models) models = { ...models, ...outputs.models };
    return cellHtml(cell, outputs.html, { ...options, language, parameters });
  }

  return frame({
    title: plainTitle(title),
    heading: titleHtml,
    language: options.language ?? "en",
    facts: options.facts ?? {},
    links: options.links ?? [],
    notices: options.notices ?? [],
    answer: answer && renderMarkdown(answer.markdown).html,
    headings,
    content,
    plots: plots && options.interactive !== false,
    ...(models && options.interactive !== false && { models }),
    footer: options.footer,
  });
}

/**
 * Takes the heading of level 1 out of the first Markdown cell that begins with it: it stands above the facts.
 */
function withoutTitle(cells: readonly Cell[]): { cells: readonly Cell[]; heading?: string } {
  const index = cells.findIndex((cell) => cell.cell_type === "markdown");
  if (index < 0) return { cells };
  const { source } = cells[index];
  const line = titleLine(source);
  if (!line || source.slice(0, line.start).trim() !== "") return { cells };
  return {
    cells: cells.with(index, { ...cells[index], source: source.slice(line.end) }),
    heading: line.title,
  };
}

const plainTitle = (title: string) => title.replace(/[*_`$\\]/g, "");

/** @param options.parameters all parameters, where some of them were set by a cell of their own */
function cellHtml(
  cell: CodeCell,
  outputs: SafeHtml,
  options: ReportOptions & { language: string; parameters?: [string, string][] },
): SafeHtml | "" {
  const { source } = cell;
  const { language, parameters } = options;
  const shown = `${outputs}` && html`<div class="outputs">\n${outputs}\n</div>`;
  const hidden = hasTag(cell, "remove-input") || !source.trim();
  const injected = hasTag(cell, "injected-parameters");
  const isParameters = injected || hasTag(cell, "parameters");
  const folded = isParameters || hasTag(cell, "hide-input") || options.code !== "shown";
  const code = !hidden && codeHtml(source, language, cell.execution_count, !folded);
  if (!code && !shown) return "";
  if (!isParameters || (parameters && !injected)) {
    return html`<section class="cell">${code}${shown}</section>`;
  }
  const values = (parameters ?? assignments(source)).map(
    ([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`,
  );
  const list = values.length > 0 && html`<dl>${values}</dl>`;
  const label = injected ? "Parameters of this run" : "Parameters, as the notebook sets them";
  const all = [html`<h3>${label}</h3>`, list, code, shown];
  return html`<section class="cell parameters" aria-label="${label}">${all}</section>`;
}

function codeHtml(source: string, language: string, count: number | null, open: boolean): SafeHtml {
  const first = source.split("\n").find((line) => line.trim()) ?? "";
  const summary = [
    html`<span>Code</span>`,
    html`<span class="first" aria-hidden="true">${first.trim()}</span>`,
    html`<span class="count">${count !== null && `[${count}]`}</span>`,
  ];
  const code = html`<pre tabindex="0"><code>${highlight(source, language)}</code></pre>`;
  return html`<details class="code"${open && " open"}><summary>${summary}</summary>${code}</details>`;
}

/** The names and values that a parameters cell sets, as they are written. */
function assignments(source: string): [string, string][] {
  return source.split("\n").flatMap((line): [string, string][] => {
    const match = assignment.exec(line);
    return match ? [[match[1], match[2]]] : [];
  });
}

/** An assignment in TypeScript or Python, and a comment of either. */
const assignment = new RegExp(
  String.raw`^\s*(?:(?:let|const|var)\s+)?([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=(?!=)\s*(.+?);?\s*` +
    String.raw`(?:(?:\/\/|\s#).*)?$`,
);
