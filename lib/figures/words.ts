import { escapeHtml } from "./html";

/** Plotly reads some HTML in its texts; of ours only sub, sup, i and b are meant. */
export function plotText(text: string): string {
  return escapeHtml(text)
    .replace(/&lt;(\/?)(sub|sup|i|b)&gt;/g, "<$1$2>")
    .replace(/&#39;/g, "'");
}

/** Breaks a text into lines of at most `limit` characters, at spaces; a longer word stands alone. */
export function wrap(text: string, limit: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.trim().split(/\s+/)) {
    if (line && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  return lines;
}

/** How many rows a horizontal legend takes in `room` pixels. */
export function countLegendRows(names: readonly string[], room: number): number {
  // Plotly gives every entry of a horizontal legend the width of the widest one.
  const widest = Math.max(...names.map((name) => name.length * 12 * 0.6 + 45));
  return Math.ceil(names.length / Math.max(1, Math.floor(room / widest)));
}
