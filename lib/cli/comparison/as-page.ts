import { existsSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import { bundleHtml, renderDocument } from "../../report";
import { type HtmlPart, html, htmlLines, type SafeHtml } from "../../text";
import type { Comparison } from "./compare-runs";
import { type Effects, effects } from "./effects";
import { intervalPicture } from "./interval-picture";
import { type FigureRow, figureRows } from "./run-figures";
import { attributeTables, differencesTable, metricsTable, runsTable, summary, type Table } from "./tables";

/** A comparison as a page that works offline, for `file`, from which its links lead to the runs' reports. */
export async function asPage(comparison: Comparison, file: string): Promise<string> {
  const { groups, by, over, warnings, missing, leftOut, differences, title } = comparison;
  const table = differencesTable(comparison);
  const attributes = attributeTables(comparison);
  const few = groups.length <= 3;
  const pictures = differences.map((row) => intervalPicture(row, differences));
  const rows = figureRows(groups);
  const plots = await Promise.all(effects(comparison).map(effectHtml));
  const lines = [...missing, ...leftOut.map(({ id, reason }) => `${id}: ${reason}.`)];
  const sections = [
    attributes.length > 0 && {
      title: "What differs",
      body: htmlLines(attributes.map((one) => tableHtml(one))),
    },
    { title: "Metrics", body: tableHtml(metricsTable(comparison, !few)) },
    table && { title: "Differences", body: tableHtml(table, pictures) },
    plots.length > 0 && { title: "Effects of parameters", body: htmlLines(plots) },
    rows.length > 0 && { title: "Figures side by side", body: htmlLines(rows.map(figuresHtml)) },
    { title: "Runs", body: tableHtml(withLinks(runsTable(comparison), comparison, file)) },
    lines.length > 0 && {
      title: "Missing and left out",
      body: html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`,
    },
  ];
  return renderDocument({
    title: `Comparison: ${title}`,
    facts: {
      runs: groups.reduce((sum, { members }) => sum + members.length, 0),
      "grouped by": by.join(", ") || "nothing",
      groups: groups.length,
      "repeated over": over,
    },
    notices: warnings,
    sections: sections.filter((section) => section !== false && section !== undefined),
    footer: summary(comparison),
  });
}

type Cells = readonly HtmlPart[];
type PageTable = Omit<Table, "rows"> & { readonly rows: readonly Cells[] };

/** @param pictures one for each row, in a column of its own */
function tableHtml(
  { title, head, rows, numeric, notes }: PageTable,
  pictures?: readonly SafeHtml[],
): SafeHtml {
  const align = (k: number) => html`style="text-align:${numeric.includes(k) ? "right" : "left"}"`;
  const names = head.map((name, k) => html`<th scope="col" ${align(k)}>${name}</th>`);
  const body = rows.map((cells, r) => {
    const made = cells.map((cell, k) =>
      k === 0 ? html`<th scope="row">${cell}</th>` : html`<td ${align(k)}>${cell}</td>`,
    );
    return html`<tr>${made}${pictures && html`<td>${pictures[r]}</td>`}</tr>`;
  });
  const caption = /^(?:Parameters|Facts)/.test(title) && html`<caption>${title}</caption>`;
  const small = notes.length > 0 && html`<p class="small">${notes.join(" ")}</p>`;
  return html`<div class="scroll" tabindex="0"><table>${caption}
<thead><tr>${names}${pictures && html`<th scope="col">interval</th>`}</tr></thead>
<tbody>
${htmlLines(body)}
</tbody></table></div>
${small}`;
}

async function effectHtml({ parameter, plots, left }: Effects): Promise<SafeHtml> {
  const figures = await Promise.all(plots.map(async (one) => bundleHtml(await one.toBundle())));
  const more = left > 0 && html`<p class="small">${left} more metrics: choose by --metrics.</p>`;
  return html`<h3>${parameter}</h3>\n${htmlLines([...figures, more])}`;
}

function figuresHtml({ title, figures }: FigureRow): SafeHtml {
  const all = figures.map(({ group, run, png, alt }) => {
    const picture = html`<img src="data:image/png;base64,${png}" alt="${`${title}. ${alt}`.trim()}">`;
    return html`<figure><figcaption title="${run}">${group}</figcaption>
<div class="picture">${picture}</div></figure>`;
  });
  return html`<h3>${title}</h3>\n<div class="side-by-side">\n${htmlLines(all)}\n</div>`;
}

/** The table of runs with links to their reports, where there are reports. */
function withLinks(table: Table, { groups }: Comparison, file: string): PageTable {
  const runs = groups.flatMap(({ members }) => members.map(({ run }) => run));
  const rows = table.rows.map((cells, r): Cells => {
    const report = runs[r].notebookFile.replace(/\.ipynb$/, ".html");
    if (!existsSync(report)) return cells;
    const path = relative(dirname(file), report).split(sep).map(encodeURIComponent).join("/");
    return [html`<a href="${path}">${cells[0]}</a>`, ...cells.slice(1)];
  });
  return { ...table, rows };
}
