import { readFile } from "node:fs/promises";
import { playgroundRuntime } from "../playground/bundle";
import { type PageModels, pageParts } from "../playground/html";
import { fontFiles, type HtmlPart, html, htmlLines, plotlyPath, type SafeHtml, trusted } from "../text";
import type { Heading } from "./markdown";
import { facts, pagePieces, safeHref } from "./page";
import { browserScript, packedFile } from "./scripts";

/** What stands on a page of figures, tables and text. */
export interface FrameOptions {
  /** For the browser's tab. */
  readonly title: string;
  /** The title as it stands on the page. */
  readonly heading: string | SafeHtml;
  readonly language: string;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly links: readonly { readonly label: string; readonly href: string }[];
  /** Sentences that a reader must know, above the content. */
  readonly notices: readonly string[];
  /** What was found, in a few sentences. */
  readonly answer?: SafeHtml;
  /** For the contents. */
  readonly headings: readonly Heading[];
  readonly content: readonly HtmlPart[];
  /** Whether there are formulas in the content. */
  readonly formulas: boolean;
  /** Whether there are plots that are to be interactive. */
  readonly plots: boolean;
  /** The models of live figures; absent where there are no such figures. */
  readonly models?: PageModels;
  readonly footer?: string;
}

/** The page around a content, with what its mathematics and its plots need, in pieces. */
export async function frame(options: FrameOptions): Promise<string[]> {
  const { title, heading, language, plots, models, notices, answer, footer } = options;
  const live = models && (await playgroundRuntime());
  const nav = contents(options.headings);
  const links = options.links.map(({ label, href }) => html`<a href="${safeHref(href)}">${label}</a>`);
  const notice =
    notices.length > 0 &&
    html`<div class="notice" role="note">
${htmlLines(notices.map((sentence) => html`<p>${sentence}</p>`))}
</div>`;
  const before = html`<a class="skip" href="#content">Skip to the content</a>
<div class="page${nav && " with-contents"}">
<header id="top">
<h1>${heading}</h1>
${facts(options.facts)}
<div class="links">${htmlLines(links)}
<button type="button" data-fold hidden>Show all code</button></div>${notice && html`\n${notice}`}
${answer && html`<section class="answer" aria-labelledby="answer"><h2 id="answer">Answer</h2>\n${answer}</section>\n`}</header>
${nav}
<main id="content">
`;
  const after = html`
</main>
${footer && html`<footer>${footer}</footer>`}
</div>`;
  // In each part by itself: whole, the content may be long.
  const holds = (mark: string) =>
    [heading, nav, answer, ...options.content].some((part) => part && `${part}`.includes(mark));
  const figures = holds("<figure");
  const slices = holds('<figure class="picture" data-slices="');
  const formulas = options.formulas || [heading, nav, answer].some((part) => part && hasFormula(part));
  const font = formulas && (await packedFile(fontFiles().math));
  const plotly = plots && (await packedFile(plotlyPath()));
  const packages: readonly HtmlPart[] = [
    font && html`<script type="text/plain" data-math-font>${trusted(font)}</script>`,
    plotly && html`<script type="text/plain" data-plotly>${trusted(plotly)}</script>`,
    ...(models ? await pageParts(models) : []),
  ];
  return pagePieces({
    title,
    language,
    body: [before, ...inLines(options.content), htmlLines([after, ...packages])],
    scripts: [
      browserScript("page"),
      ...(figures ? [browserScript("enlarge")] : []),
      ...(slices ? [browserScript("slices")] : []),
      ...(formulas ? [browserScript("math-font")] : []),
      ...(plots ? [browserScript("plots")] : []),
      ...(live ? [live.script] : []),
    ],
    ...(live && { live: live.style }),
    allowed: plots ? [await readFile(plotlyPath(), "utf8")] : [],
  });
}

/** What `htmlLines` makes of parts, in pieces. */
const inLines = (parts: readonly HtmlPart[]): SafeHtml[] =>
  parts
    .map((part) => html`${part}`)
    .filter((text) => `${text}` !== "")
    .flatMap((text, k) => (k === 0 ? [text] : [html`\n`, text]));

/** Whether there is a formula in a part of a page. */
export const hasFormula = (part: SafeHtml | string) => `${part}`.includes("<math");

/** Links to the sections, or nothing for fewer than two. */
function contents(headings: readonly Heading[]): SafeHtml | "" {
  const entries = headings.filter(({ level }) => level === 2 || level === 3);
  if (entries.length < 2) return "";
  const items = entries.map(
    ({ level, id, html: text }) =>
      html`<li class="level${level}"><a href="#${encodeURIComponent(id)}">${text}</a></li>`,
  );
  return html`<nav aria-label="Contents"><details class="toc" open><summary>Contents</summary><ol>
${htmlLines(items)}
</ol></details></nav>`;
}
