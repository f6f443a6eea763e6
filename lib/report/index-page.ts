import { escapeHtml } from "../figures/html";
import { formatNumber } from "../figures/metric-table";
import { duration, facts, page, safeHref } from "./page";
import type { IndexEntry, IndexOptions } from "./render-index";

/** The work of {@link renderIndex}. */
export function indexPage(entries: readonly IndexEntry[], options: IndexOptions): string {
  const title = options.title ?? "Reports";
  const cards = entries.map(card).join("\n");
  const body = `<div class="page index">
<header>
<h1>${escapeHtml(title)}</h1>
${options.lead ? `<p>${escapeHtml(options.lead)}</p>` : ""}
${facts(options.facts ?? {})}
</header>
<main>
${entries.length > 0 ? `<ul class="cards">\n${cards}\n</ul>` : "<p>No report has been written yet.</p>"}
</main>
</div>`;
  return page({ title, language: "en", body, scripts: [] });
}

function card(entry: IndexEntry): string {
  const { title, href, scale, status, durationSeconds, metrics, thumbnail, notebookHref, metricsHref } =
    entry;
  const ok = /^(?:ok|done|passed|succeeded)$/i.test(status);
  const rows = Object.entries(metrics).map(([name, value]) => {
    const text = typeof value === "number" ? formatNumber(value, 4) : value;
    return `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`;
  });
  const picture = /^data:image\/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+$/.test(thumbnail ?? "")
    ? `<img src="${thumbnail}" alt="">`
    : "no picture";
  return `<li><article class="card">
<div class="thumb"${thumbnail ? "" : ' aria-hidden="true"'}>${picture}</div>
<div class="body">
<h2><a href="${escapeHtml(safeHref(href))}">${escapeHtml(title)}</a></h2>
<div class="row"><span class="badge ${ok ? "ok" : "failed"}">${escapeHtml(status)}</span><span class="badge">${escapeHtml(scale)}</span><span>${duration(durationSeconds)}</span></div>
${rows.length > 0 ? `<dl>${rows.join("")}</dl>` : ""}
<div class="row files"><a href="${escapeHtml(safeHref(href))}">Report</a><a href="${escapeHtml(safeHref(notebookHref))}">Notebook</a><a href="${escapeHtml(safeHref(metricsHref))}">Metrics</a></div>
</div>
</article></li>`;
}
