import type { CellOutput } from "../notebook/nbformat";
import { duration, html, htmlLines, type SafeHtml } from "../text";
import { renderOutputs } from "./outputs";
import { facts, page, safeHref } from "./page";
import { browserScript } from "./scripts";
import { terminal } from "./terminal";

/** How far a run has come, as the page of its log shows it. */
export interface RunLog {
  /** Heading of the page, such as the notebook's title. */
  readonly title: string;
  /** "running", or how it ended. */
  readonly status: "running" | "ok" | "failed" | "stopped";
  /** Why it failed. */
  readonly error?: string;
  /** How many cells are done. */
  readonly done: number;
  /** How many cells there are; 0 before the first one starts. */
  readonly cells: number;
  /** When the run started. */
  readonly started: Date;
  /** When this is written. */
  readonly now: Date;
  /** Facts besides: parameters, … */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Links below the facts, such as to the report. Default: none. */
  readonly links?: readonly { readonly label: string; readonly href: string }[];
  /** Lines of progress, the newest last. */
  readonly lines: readonly string[];
  /** The newest figures and tables, in the order in which they were shown. */
  readonly figures: readonly CellOutput[];
  /** The end of what was printed. */
  readonly printed: string;
}

/** Seconds after which the page of a run that goes on loads itself anew. */
const refresh = 3;

/** Renders the page of a run's log, which works offline and reloads itself until the run has ended. */
export function renderLog(log: RunLog): string {
  const { title, status, done, cells, started, now, lines, figures, printed } = log;
  const running = status === "running";
  const links = (log.links ?? []).map(({ label, href }) => html`<a href="${safeHref(href)}">${label}</a>`);
  const shown = renderOutputs(figures.map(picture), null).html;
  const cell = running && cells > 0 ? `, now in cell ${done + 1}` : "";
  const body = html`<div class="page">
<header>
<h1>${title}</h1>
<p role="status">${badge(log)} ${log.error}</p>
${cells > 0 && html`<progress max="${cells}" value="${done}" aria-label="Cells done"></progress>`}
${facts({
  ...(cells > 0 && { "cells done": `${done} of ${cells}${cell}` }),
  started: clock(started),
  [running ? "running for" : "ran for"]: duration((now.getTime() - started.getTime()) / 1000),
  "written at": clock(now),
  ...log.facts,
})}
${links.length > 0 && html`<div class="links">${htmlLines(links)}</div>`}
</header>
<main>
${section("Progress", lines.length > 0 && html`<pre class="stream" tabindex="0">${lines.join("\n")}</pre>`)}
${section("Newest figures", figures.length > 0 && html`<div class="outputs">${shown}</div>`)}
${section("Printed", printed.trim() && html`<pre class="stream" tabindex="0">${terminal(printed)}</pre>`)}
${running && html`<p hidden data-written="${now.getTime()}">${silent}</p>`}
</main>
</div>`;
  return page({
    title: `${running ? "" : `${words[status]}: `}${title}`,
    language: "en",
    body,
    scripts: running ? [browserScript("log")] : [],
    ...(running && { refresh }),
  });
}

const silent =
  "Nothing has been written here for a minute: the run was killed, or its machine sleeps. " +
  "The same command goes on with it.";

const words = { running: "running", ok: "done", failed: "failed", stopped: "stopped" } as const;

function badge({ status }: RunLog): SafeHtml {
  const kind = status === "ok" ? " ok" : status === "failed" ? " failed" : "";
  return html`<span class="badge${kind}">${words[status]}</span>`;
}

const section = (title: string, content: SafeHtml | "" | false): SafeHtml | "" | false =>
  content && html`<h2>${title}</h2>\n${content}`;

/** An output without what would make it interactive: the page is written and read anew every few seconds. */
function picture(output: CellOutput): CellOutput {
  if (output.output_type !== "display_data" || !output.data["image/png"]) return output;
  const { layout } = {
    ...(output.data["application/vnd.plotly.v1+json"] as { layout?: object } | undefined),
  };
  const { width, height } = { ...(layout as { width?: number; height?: number } | undefined) };
  const size = width && height ? { "image/png": { width, height } } : {};
  const { "image/png": png, "text/plain": plain = "" } = output.data;
  return {
    ...output,
    data: { "image/png": png, "text/plain": plain },
    metadata: { ...size, ...output.metadata },
  };
}

/** A time of day of this machine, with its date. */
const clock = (time: Date): string => {
  const two = (value: number) => `${value}`.padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
};
