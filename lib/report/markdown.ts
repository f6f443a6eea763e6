import { randomBytes } from "node:crypto";
import MarkdownIt from "markdown-it";
import { type SafeHtml, trusted } from "../text";
import { highlight } from "./highlight";
import { addMath } from "./markdown-math";
import { sanitise } from "./sanitise";

/** A heading of a rendered text. */
export interface Heading {
  readonly level: number;
  readonly id: string;
  /** Without links. */
  readonly html: SafeHtml;
}

/** Pictures that belong to a cell: name → MIME type → base64. */
export type Attachments = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Renders Markdown with mathematics. Raw HTML in it is sanitised; headings get ids that are not in `taken`,
 * and are added to it. A link to a heading, such as `#What-failed`, leads to that id, on the page at the
 * address `page` where one is given.
 */
export function renderMarkdown(
  source: string,
  options: { taken?: Set<string>; attachments?: Attachments; page?: string } = {},
): { html: SafeHtml; headings: Heading[] } {
  const { taken = new Set<string>(), attachments = {}, page = "" } = options;
  const kept: SafeHtml[] = [];
  const headings: Heading[] = [];
  // What is made here is put aside while the rest is sanitised. The text can't hold its marks, which no one
  // knows.
  const mark = randomBytes(8).toString("hex");
  const keep = (html: SafeHtml) => `\uE000${mark}-${kept.push(html) - 1}\uE001`;
  const marks = new RegExp(`\uE000${mark}-(\\d+)\uE001`, "g");
  const restore = (html: SafeHtml) => trusted(`${html}`.replace(marks, (_, k) => `${kept[Number(k)]}`));

  const md = new MarkdownIt({
    html: true,
    linkify: false,
    typographer: false,
    highlight: (code, language) => `${highlight(code, language)}`,
  });
  // Links to pictures inside the text are checked when it is sanitised.
  const validate = md.validateLink.bind(md);
  md.validateLink = (url) => /^attachment:|^data:image\//i.test(url) || validate(url);
  addMath(md, keep);
  md.renderer.rules.heading_open = (tokens, k) => {
    const { tag, children } = { tag: tokens[k].tag, children: tokens[k + 1].children ?? [] };
    const text =
      md.renderer.renderInlineAsText(children, md.options, {}) +
      children
        .filter((c) => c.type === "math_inline")
        .map((c) => c.content)
        .join(" ");
    const id = uniqueId(text, taken);
    const inner = md.renderer.render(
      children.filter((c) => !/^link_/.test(c.type)),
      md.options,
      {},
    );
    headings.push({ level: Number(tag.slice(1)), id, html: restore(sanitise(inner)) });
    return `<${tag} id="${id}">`;
  };
  md.renderer.rules.link_open = (tokens, k, opts, _env, self) => {
    const href = `${tokens[k].attrGet("href") ?? ""}`;
    // Jupyter's ids keep capitals.
    if (href.startsWith("#")) tokens[k].attrSet("href", `${page}#${slugOf(decoded(href.slice(1)))}`);
    return self.renderToken(tokens, k, opts);
  };
  // A header cell without words names nothing.
  for (const rule of ["th_open", "th_close"] as const) {
    md.renderer.rules[rule] = (tokens, k, opts, _env, self) => {
      if (!tokens[rule === "th_open" ? k + 1 : k - 1].content.trim()) tokens[k].tag = "td";
      return self.renderToken(tokens, k, opts);
    };
  }
  const image = md.renderer.rules.image!;
  md.renderer.rules.image = (tokens, k, opts, env, self) => {
    const [, name] = /^attachment:(.*)$/is.exec(`${tokens[k].attrGet("src") ?? ""}`) ?? [];
    const [picture] = name === undefined ? [] : Object.entries(attachmentOf(attachments, name));
    if (picture) tokens[k].attrSet("src", `data:${picture[0]};base64,${`${picture[1]}`.replace(/\s/g, "")}`);
    return image(tokens, k, opts, env, self);
  };
  const html = restore(sanitise(md.render(source.replace(/[\uE000\uE001]/g, ""))));
  const scrolling = `${html}`
    .replace(/<table/g, '<div class="scroll" tabindex="0"><table')
    .replace(/<\/table>/g, "</table></div>");
  return { html: trusted(scrolling), headings };
}

/** What is attached under a name as a link has it, percent-encoded or not; empty when nothing is. */
function attachmentOf(attachments: Attachments, name: string): Attachments[string] {
  const key = decoded(name);
  return Object.hasOwn(attachments, key) ? (attachments[key] ?? {}) : {};
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // A name that isn't encoded may hold a percent sign.
    return name;
  }
}

const slugOf = (text: string) =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");

function uniqueId(text: string, taken: Set<string>): string {
  const base = slugOf(text) || "section";
  let id = base;
  // Doubling finds the first free number in few steps, as those below it are taken in turn.
  if (taken.has(id)) {
    let [used, free] = [1, 2];
    while (taken.has(`${base}-${free}`)) [used, free] = [free, 2 * free];
    while (free - used > 1) {
      const middle = (used + free) >> 1;
      if (taken.has(`${base}-${middle}`)) used = middle;
      else free = middle;
    }
    id = `${base}-${free}`;
  }
  taken.add(id);
  return id;
}
