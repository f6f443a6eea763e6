import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { html, htmlLines, type SafeHtml, trusted } from "../text";

interface PageOptions {
  readonly title: string;
  readonly language: string;
  /** Scripts at the end of the page. */
  readonly scripts: readonly string[];
  /** Sources that these scripts may run in turn. */
  readonly allowed?: readonly string[];
  /** Seconds after which the page loads itself anew; never when absent. */
  readonly refresh?: number;
  /** The style sheet of live figures, where there are any: they compile WebAssembly, in a worker. */
  readonly live?: string;
}

/**
 * A self-contained HTML page. Its security policy lets only `scripts` run, and forbids it to fetch anything.
 * (Styles set by scripts are allowed because Plotly sets them; they can't fetch anything either.)
 */
export function page({ body, ...options }: PageOptions & { readonly body: SafeHtml }): string {
  const { before, after } = aroundBody(options);
  return `${before}${body}${after}`;
}

/** What stands on that page before its body, and after it. */
export function aroundBody(options: PageOptions): { readonly before: string; readonly after: string } {
  const { title, language, scripts, allowed = [], refresh, live } = options;
  const hashes = [...scripts, ...allowed].map(
    (source) => `'sha256-${createHash("sha256").update(source).digest("base64")}'`,
  );
  const policy = [
    "default-src 'none'",
    "img-src data: blob:",
    "style-src 'unsafe-inline'",
    `script-src ${[...hashes, ...(live ? ["'wasm-unsafe-eval'"] : [])].join(" ") || "'none'"}`,
    ...(live ? ["worker-src blob:"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const before = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${refresh !== undefined && html`<meta http-equiv="refresh" content="${refresh}">\n`}<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(styleSheet())}${live && html`\n${trusted(live)}`}</style>
</head>
<body>
`;
  const after = html`
${htmlLines(scripts.map((source) => html`<script>${trusted(source)}</script>`))}
</body>
</html>
`;
  return { before: `${before}`, after: `${after}` };
}

/** The style sheet of reports and of their index. Colours are named once, for light and for dark. */
const styleSheet = () => readFileSync(join(__dirname, "report.css"), "utf8").trim();

/** An address for a link: relative, http(s) or mailto; any other, which could run, becomes "#". */
export function safeHref(href: string): string {
  const url = URL.canParse(href, "https://relative.invalid/") && new URL(href, "https://relative.invalid/");
  return url && ["https:", "http:", "mailto:"].includes(url.protocol) ? href : "#";
}

/** Names and values in a row, below a title. */
export function facts(entries: Readonly<Record<string, string | number>>): SafeHtml {
  const items = Object.entries(entries).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  );
  return html`${items.length > 0 && html`<dl class="facts">${items}</dl>`}`;
}
