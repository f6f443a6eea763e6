import type { MimeBundle } from "../figures/figure";
import { html, type SafeHtml } from "../text";
import { frame, pagePart } from "./frame";
import { renderOutputs } from "./outputs";

/** A page of sections that are made by a program. */
export interface DocumentOptions {
  /** Heading of the page, and its title in the browser's tab. */
  readonly title: string;
  /** Facts below the title, by name. Default: none. */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Links below the facts. Default: none. */
  readonly links?: readonly { readonly label: string; readonly href: string }[];
  /** Sentences that a reader must know, above the sections. */
  readonly notices?: readonly string[];
  /** The sections in their order; with two or more, the page lists their titles as its contents. */
  readonly sections: readonly { readonly title: string; readonly body: SafeHtml }[];
  /** A line at the end of the page. Default: none. */
  readonly footer?: string;
}

/** Renders a page of sections, in the form of a notebook's report: one file that works offline. */
export async function renderDocument(options: DocumentOptions): Promise<string> {
  const { title, facts = {}, links = [], notices = [], sections, footer } = options;
  const idOf = (k: number) => `section-${k + 1}`;
  const content = sections.map(
    (section, k) => html`<section>\n<h2 id="${idOf(k)}">${section.title}</h2>\n${section.body}\n</section>`,
  );
  const pieces = await frame({
    title,
    heading: title,
    language: "en",
    facts,
    links,
    notices,
    headings: sections.map((section, k) => ({ level: 2, id: idOf(k), html: html`${section.title}` })),
    content: content.map((section) => pagePart(section)),
    plots: content.some((section) => `${section}`.includes('<figure class="plot"')),
    footer,
  });
  return [...pieces].join("");
}

/** A figure or a table as a page shows it. */
export function bundleHtml(bundle: MimeBundle): SafeHtml {
  const data = bundle as Readonly<Record<string, string>>;
  return renderOutputs([{ output_type: "display_data", data, metadata: {} }], null).html;
}
