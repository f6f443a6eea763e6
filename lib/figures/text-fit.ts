import { escapeHtml } from "../text";

// How much room words take is guessed here, from the mean width of a character of DejaVu Sans with something
// to spare: figures are arranged before anything is drawn that could be measured. The numbers were found by
// looking.

/** Mean widths of a character, in units of the font's size. */
const characterWidth = {
  /** Text in plots. */
  regular: 0.58,
  bold: 0.66,
  /** Words in image grids. */
  gridTitle: 0.65,
  gridHeading: 7 / 12,
  gridLabel: 0.592,
  gridRemark: 0.6,
};

/** How many characters of a font of `size` pixels go into a line `width` pixels long. */
export function lineLength(
  width: number,
  size: number,
  kind: keyof typeof characterWidth = "regular",
): number {
  return Math.floor(width / (size * characterWidth[kind]));
}

/** The parts between which a line may break: words, and what an equals sign joins, such as "t = 0.5". */
export const wordsOf = (text: string): string[] =>
  text
    .trim()
    .replace(/\s+/g, " ")
    .split(/(?<! =) (?!= )/);

/** Breaks a text into lines of at most `limit` characters, between {@link wordsOf}; a longer one is alone. */
export function wrap(text: string, limit: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of wordsOf(text)) {
    if (line && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  return lines;
}

/** Pixels that a number of characters on the y axis takes. */
export const tickWidth = (characters: number) => 7 * characters;

/** How far a name that is rotated by 40° below the x axis reaches down and to the left, in pixels. */
export const turnedNameSize = (characters: number) => ({ down: 4.3 * characters, left: 5.7 * characters });

/** Pixels between the left edge of an image grid and its images, for labels whose longest word is so long. */
export const gridLabelWidth = (longestWord: number) =>
  Math.min(220, Math.max(56, Math.max(longestWord, 12) * 7.6)) + 12;

/** Pixels that the title of an image grid takes in one line. */
export const gridTitleWidth = (characters: number) => Math.ceil(characters * 10.5);

/**
 * About how many rows a horizontal legend takes in a width of `room` pixels: each entry is a symbol of 40
 * pixels and its name.
 */
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

/** Plotly reads some HTML in its texts; of ours only sub, sup, i and b are meant. */
export function plotText(text: string): string {
  return escapeHtml(text)
    .replace(/&lt;(\/?)(sub|sup|i|b)&gt;/g, "<$1$2>")
    .replace(/&#39;/g, "'");
}
