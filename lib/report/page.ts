import { createHash } from "node:crypto";
import { escapeHtml } from "../figures/html";
import { css } from "./style";

/**
 * A whole HTML page that needs nothing but itself. Its security policy lets only `scripts` run, and forbids it
 * to fetch anything. (Styles set by scripts are allowed, for Plotly sets them; they can't fetch either.)
 */
export function page(options: {
  title: string;
  language: string;
  body: string;
  /** Scripts that stand at the end of the page. */
  scripts: readonly string[];
  /** Sources that these scripts may run in turn. */
  allowed?: readonly string[];
}): string {
  const { title, language, body, scripts, allowed = [] } = options;
  const hashes = [...scripts, ...allowed].map(
    (source) => `'sha256-${createHash("sha256").update(source).digest("base64")}'`,
  );
  const policy = [
    "default-src 'none'",
    "img-src data: blob:",
    "style-src 'unsafe-inline'",
    `script-src ${hashes.join(" ") || "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body>
${body}
${scripts.map((source) => `<script>${source}</script>`).join("\n")}
</body>
</html>
`;
}

/** Seconds as people say them: "8.4 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "unknown";
  if (seconds < 59.95) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** An address for a link: relative, or of the web or a mailbox; one that could run becomes "#". */
export function safeHref(href: string): string {
  const url = URL.canParse(href, "https://relative.invalid/") && new URL(href, "https://relative.invalid/");
  return url && ["https:", "http:", "mailto:"].includes(url.protocol) ? href : "#";
}

/** Names and values in a row, below a title. */
export function facts(entries: Readonly<Record<string, string | number>>): string {
  const names = Object.keys(entries);
  if (names.length === 0) return "";
  const items = names.map(
    (name) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(`${entries[name]}`)}</dd></div>`,
  );
  return `<dl class="facts">${items.join("")}</dl>`;
}
