import { readFile } from "node:fs/promises";
import type { Aside } from "../files/aside";
import { playgroundRuntime } from "../playground/bundle";
import { type PageModels, pageParts } from "../playground/html";
import { fontFiles, type HtmlPart, html, htmlLines, plotlyPath, type SafeHtml, trusted } from "../text";
import type { Heading } from "./markdown";
import { aroundBody, facts, safeHref } from "./page";
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
  readonly content: readonly PagePart[];
  /** Whether there are plots that are to be interactive. */
  readonly plots: boolean;
  /** The models of live figures; absent where there are no such figures. */
  readonly models?: PageModels;
  readonly footer?: string;
}

/** A part of a page's content: its HTML, which memory may not hold, and what it needs on the page. */
interface PagePart {
  readonly isEmpty: boolean;
  /** Its HTML, or that in UTF-8. */
  read(): string | Uint8Array;
  readonly figures: boolean;
  readonly slices: boolean;
  readonly formulas: boolean;
}

/** A part of a page; its HTML is set aside where there is a place for that. */
export function pagePart(part: HtmlPart, aside?: Aside): PagePart {
  const text = `${html`${part}`}`;
  const isEmpty = text === "";
  const read = aside && !isEmpty ? aside.put(Buffer.from(text)) : () => text;
  return { isEmpty, read, ...needs(text) };
}

/** What is needed on a page with such a text. */
const needs = (text: string) => ({
  figures: text.includes("<figure"),
  slices: text.includes('<figure class="picture" data-slices="'),
  formulas: text.includes("<math"),
});

/** The page around a content, with what its mathematics and its plots need, in pieces. */
export async function frame(options: FrameOptions): Promise<Iterable<string | Uint8Array>> {
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
  const content = options.content.filter(({ isEmpty }) => !isEmpty);
  const all = [...content, ...[heading, nav, answer].map((part) => needs(part ? `${part}` : ""))];
  const [figures, slices, formulas] = (["figures", "slices", "formulas"] as const).map((what) =>
    all.some((part) => part[what]),
  );
  const font = formulas && (await packedFile(fontFiles().math));
  const plotly = plots && (await packedFile(plotlyPath()));
  const packages: readonly HtmlPart[] = [
    font && html`<script type="text/plain" data-math-font>${trusted(font)}</script>`,
    plotly && html`<script type="text/plain" data-plotly>${trusted(plotly)}</script>`,
    ...(models ? await pageParts(models) : []),
  ];
  const around = aroundBody({
    title,
    language,
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
  return {
    *[Symbol.iterator]() {
      yield `${around.before}${before}`;
      for (const [k, part] of content.entries()) {
        if (k > 0) yield "\n";
        yield part.read();
      }
      yield `${htmlLines([after, ...packages])}${around.after}`;
    },
  };
}

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
