import { duration, formatNumber, html, htmlLines, type SafeHtml } from "../text";
import { page, safeHref } from "./page";
import { browserScript } from "./scripts";

/** A run, as the page of all runs shows it. */
export interface RunRow {
  /** The notebook's name, without its extension. */
  readonly notebook: string;
  /** "ok", "failed", "stopped" or "running". */
  readonly status: string;
  /** Why it failed, in a few words, or "". */
  readonly detail: string;
  /** When it started, as text. */
  readonly started: string;
  /** Absent where it isn't known. */
  readonly durationSeconds?: number;
  /** The values of its parameters; `changed` are those that differ from the notebook's defaults. */
  readonly parameters: readonly {
    readonly name: string;
    readonly value: string;
    readonly changed: boolean;
  }[];
  /** Metrics by name: the first three are shown, the others folded. Empty if none were recorded. */
  readonly metrics: Readonly<Record<string, number | string>>;
  /** The commit of the project, or "". */
  readonly commit: string;
  /** The run's files, by their addresses relative to the page. */
  readonly links: readonly { readonly label: string; readonly href: string }[];
}

/** How many metrics of a run are shown; the others are folded. */
const shownMetrics = 3;

/** Renders the page of all runs: a table that can be filtered, as a page that works offline. */
export function renderRuns(rows: readonly RunRow[]): string {
  const body = html`<div class="page index">
<header>
<h1>All runs</h1>
<div class="links"><a href="index.html">All reports</a></div>
</header>
<main>
${rows.length > 0 ? table(rows) : html`<p>There has been no run yet.</p>`}
</main>
</div>`;
  return page({ title: "All runs", language: "en", body, scripts: [browserScript("filter")] });
}

const columns = ["Started", "Notebook", "Status", "Parameters", "Duration", "Metrics", "Commit", "Files"];

function table(rows: readonly RunRow[]): SafeHtml {
  return html`<div class="filter" hidden><label>Runs with all of these words
<input type="search" data-filter autocomplete="off" placeholder="failed seed = 7"></label>
<output data-count></output></div>
<div class="wide"><table class="runs">
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${htmlLines(rows.map(row))}
</tbody>
</table></div>`;
}

function row(run: RunRow): SafeHtml {
  const { notebook, status, detail, started, durationSeconds, parameters, metrics, commit, links } = run;
  const [report] = links.filter(({ label }) => label === "Report");
  const title = report ? html`<a href="${safeHref(report.href)}">${notebook}</a>` : notebook;
  const changed = parameters.filter((parameter) => parameter.changed);
  const others = parameters.filter((parameter) => !parameter.changed);
  const value = (one: RunRow["parameters"][number]) => html`<code>${one.name} = ${one.value}</code>`;
  const numbers = Object.entries(metrics).map(
    ([name, number]) =>
      html`<div><dt>${name}</dt><dd>${typeof number === "number" ? formatNumber(number, 4) : number}</dd></div>`,
  );
  const files = links.map(({ label, href }) => html`<a href="${safeHref(href)}">${label}</a> `);
  return html`<tr>
<td class="time">${started}</td>
<td>${title}</td>
<td><span class="badge ${statusClass(status)}">${status}</span>${detail && html`<p>${detail}</p>`}</td>
<td><strong>${changed.map(value)}</strong>${folded(others.map(value), "at defaults")}</td>
<td class="time">${durationSeconds === undefined ? "–" : duration(durationSeconds)}</td>
<td>${list(numbers.slice(0, shownMetrics))}${folded(list(numbers.slice(shownMetrics)), "more")}</td>
<td class="time">${commit}</td>
<td>${files}</td>
</tr>`;
}

const statusClass = (status: string) => (["ok", "failed"].includes(status) ? status : "");

const list = (entries: readonly SafeHtml[]) => entries.length > 0 && html`<dl>${entries}</dl>`;

const folded = (content: SafeHtml | readonly SafeHtml[] | false, label: string) =>
  content && (!Array.isArray(content) || content.length > 0)
    ? html`<details><summary>${label}</summary>${content}</details>`
    : "";
