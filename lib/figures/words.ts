import { escapeHtml } from "./html";

/** Plotly reads some HTML in its texts; of ours only sub, sup, i and b are meant. */
export function plotText(text: string): string {
  return escapeHtml(text)
    .replace(/&lt;(\/?)(sub|sup|i|b)&gt;/g, "<$1$2>")
    .replace(/&#39;/g, "'");
}

/** How many characters of this size in pixels go into a line, at the font's mean width, with something to spare. */
export function lineLength(width: number, size: number, bold = false): number {
  return Math.floor(width / (size * (bold ? 0.66 : 0.58)));
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

/** About how many rows a horizontal legend takes in `room` pixels: each entry is a sign of 40 and its name. */
export function countLegendRows(names: readonly string[], room: number): number {
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const width = 40 + name.length * 7.2;
    if (used > 0 && used + width > room) {
      rows++;
      used = 0;
    }
    used += width;
  }
  return rows;
}
