// Known to this file alone, so that the ways to safe HTML can be counted.
let safe: (text: string) => SafeHtml;

/**
 * HTML that can stand in a page as it is. There are two ways to it: {@link html}, which escapes what is put
 * into it, and {@link trusted}, which doesn't. Data can't pose as it, whatever they hold: it is an object
 * with a private field, not a marked record.
 */
export class SafeHtml {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** The HTML itself. In a template of {@link html} it would be escaped: pass the object on instead. */
  toString(): string {
    return this.#text;
  }

  static {
    safe = (text) => new SafeHtml(text);
  }
}

/** What may be put into a template of {@link html}. Lists stand without anything between their items. */
export type HtmlPart = SafeHtml | string | number | false | null | undefined | readonly HtmlPart[];

/**
 * HTML from a template. Texts and numbers that are put into it are escaped, so that they can end neither a
 * quoted attribute nor the text between tags; {@link SafeHtml} stays as it is; false, null and undefined
 * leave nothing. An attribute's value must be quoted. Data for a script go through {@link scriptJson}.
 *
 * @example
 * import { html } from "./lib/text";
 * `${html`<p title="${'a "b"'}">${"a < b"}</p>`}`; // <p title="a &quot;b&quot;">a &lt; b</p>
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): SafeHtml {
  // Adding texts copies nothing yet, as joining them would, at each level of a page of hundreds of megabytes.
  let text = strings[0];
  for (const [k, part] of parts.entries()) text += textOf(part) + strings[k + 1];
  return safe(text);
}

/** Text that is HTML already and known to be harmless: made by a program, or sanitised. */
export function trusted(text: string): SafeHtml {
  return safe(text);
}

/** Parts below one another, each on a line of its own; those that are empty are left out. */
export function htmlLines(parts: readonly HtmlPart[]): SafeHtml {
  const texts = parts.map(textOf).filter((text) => text !== "");
  return safe(texts.reduce((all, text, k) => (k === 0 ? text : `${all}\n${text}`), ""));
}

function textOf(part: HtmlPart): string {
  if (part === false || part === null || part === undefined) return "";
  if (part instanceof SafeHtml) return `${part}`;
  return Array.isArray(part)
    ? part.map(textOf).reduce((all, text) => all + text, "")
    : escapeHtml(String(part));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text made safe to stand in HTML, between tags or in a quoted attribute. For pages, use {@link html}. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

/** JSON that can stand inside a `<script>` element without ending it. */
export function scriptJson(value: unknown): SafeHtml {
  return trusted(
    JSON.stringify(value)
      .replace(/</g, "\\u003c")
      .replace(/\u2028/g, "\\u2028")
      .replace(/\u2029/g, "\\u2029"),
  );
}
