import { duration, formatNumber, html, htmlLines, type SafeHtml } from "../text";
import { facts, page, safeHref } from "./page";
import { browserScript } from "./scripts";

/** A report, as the index shows it. */
export interface IndexEntry {
  /** Its number in the series, such as "02", where it has one. */
  readonly number?: string;
  /** The report's title. */
  readonly title: string;
  /** The path of its page, relative to the index. */
  readonly href: string;
  /** "quick", "small" or "paper". */
  readonly scale: string;
  /** "ok" when all cells ran; anything else is shown as a failure. */
  readonly status: string;
  /** How long the run took; for a resumed run, only the time since it went on. */
  readonly durationSeconds: number;
  /** When it started, in ISO 8601. */
  readonly started?: string;
  /** What else is known of the run, in a few words each: its commit, its machine. */
  readonly about?: readonly string[];
  /** Its numbers: all are shown, folded, below an answer; without one, the first six. */
  readonly metrics: Readonly<Record<string, number | string>>;
  /** What was found, in a few sentences. */
  readonly answer?: SafeHtml;
  /** A picture from the report, as a data URI. */
  readonly thumbnail?: string;
  /** The path of the notebook with its outputs, relative to the index. */
  readonly notebookHref: string;
  /** The path of its metrics (JSON), relative to the index. */
  readonly metricsHref: string;
  /** The page that compares it with the run before it. */
  readonly comparisonHref?: string;
  /** A line about a later run that the report is not of, with its address. */
  readonly note?: { readonly text: string; readonly href: string };
}

/** Options of {@link renderIndex}. */
export interface IndexOptions {
  /** "Reports" when absent. */
  readonly title?: string;
  /** A sentence below the title. */
  readonly lead?: string;
  /** Facts below that: the commit, the machine, … */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Links below that: to the page of all runs, … */
  readonly links?: readonly { readonly label: string; readonly href: string }[];
}

/** Renders the index of a folder of reports: one card per report, as a page that works offline. */
export function renderIndex(entries: readonly IndexEntry[], options: IndexOptions = {}): string {
  const title = options.title ?? "Reports";
  const cards = html`<ul class="cards">
${htmlLines(entries.map(card))}
</ul>`;
  const links = (options.links ?? []).map(
    ({ label, href }) => html`<a href="${safeHref(href)}">${label}</a>`,
  );
  const body = html`<div class="page index">
<header>
<h1>${title}</h1>
${options.lead && html`<p>${options.lead}</p>`}
${facts(options.facts ?? {})}
${links.length > 0 && html`<div class="links">${htmlLines(links)}</div>`}
</header>
<main>
${entries.length > 1 && search}
${entries.length > 0 ? cards : html`<p>No report has been written yet.</p>`}
</main>
</div>`;
  return page({ title, language: "en", body, scripts: entries.length > 1 ? [browserScript("filter")] : [] });
}

const search = html`<div class="filter" hidden><label>Reports with all of these words
<input type="search" data-filter autocomplete="off" placeholder="emoji wins"></label>
<label>Order <select data-sort>
<option value="">of the series</option>
<option value="started">newest first</option>
<option value="seconds">longest first</option>
</select></label>
<output data-count></output></div>`;

function card(entry: IndexEntry): SafeHtml {
  const {
    number,
    title,
    scale,
    status,
    durationSeconds,
    started,
    about = [],
    metrics,
    answer,
    thumbnail,
  } = entry;
  const [href, notebookHref, metricsHref] = [entry.href, entry.notebookHref, entry.metricsHref].map(safeHref);
  const ok = /^(?:ok|done|passed|succeeded)$/i.test(status);
  const rows = Object.entries(metrics).map(([name, value]) => {
    const text = typeof value === "number" ? formatNumber(value, 4) : value;
    return html`<dt>${name}</dt><dd>${text}</dd>`;
  });
  const picture = /^data:image\/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+$/.test(thumbnail ?? "")
    ? html`<img src="${thumbnail}" alt="">`
    : "no picture";
  const hidden = thumbnail ? "" : html` aria-hidden="true"`;
  const badges = [
    html`<span class="badge ${ok ? "ok" : "failed"}">${status}</span>`,
    scale && html`<span class="badge">${scale}</span>`,
    html`<span>${duration(durationSeconds)}</span>`,
    started && html`<span>${started.slice(0, 16).replace("T", " ")}</span>`,
    ...about.map((words) => html`<span>${words}</span>`),
  ];
  const files = [
    html`<a href="${href}">Report</a>`,
    html`<a href="${notebookHref}">Notebook</a>`,
    html`<a href="${metricsHref}">Metrics</a>`,
    entry.comparisonHref &&
      html`<a href="${safeHref(entry.comparisonHref)}">Compared with the run before</a>`,
  ];
  return html`<li data-started="${started ?? ""}" data-seconds="${durationSeconds}"><article class="card">
<div class="thumb"${hidden}>${picture}</div>
<div class="body">
<h2><a href="${href}">${number && html`<span class="number">${number}</span> `}${title}</a></h2>
<div class="row">${badges}</div>
${answer && html`<div class="answer">${answer}</div>`}
${rows.length > 0 && (answer ? html`<details><summary>Numbers</summary><dl>${rows}</dl></details>` : html`<dl>${rows.slice(0, 6)}</dl>`)}
${entry.note && html`<p class="note"><a href="${safeHref(entry.note.href)}">${entry.note.text}</a></p>`}
<div class="row files">${files}</div>
</div>
</article></li>`;
}
