import { expected } from "../errors";

/** The fonts of figures, best first; a picture made without a browser is always set in DejaVu Sans. */
export const fontFamily = "DejaVu Sans, Verdana, sans-serif";

/** Colours of text, axes and grid lines, on white. */
export const ink = Object.freeze({ text: "#1f2933", soft: "#52606d", axis: "#9aa5b1", grid: "#e8ecf0" });

/**
 * Colours of series that readers with any common colour vision can tell apart (Okabe and Ito, 2008, without
 * the yellow, which is too pale for lines; two darker ones from Tol's "muted" set).
 */
export const palette: readonly string[] = Object.freeze([
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#332288",
  "#882255",
]);

/** Series whose colour is the same in every figure. */
const pinned: Readonly<Record<string, string>> = Object.freeze({
  coupled: palette[0],
  uncoupled: palette[1],
  independent: palette[1],
  conditioned: palette[2],
  both: palette[3],
  "coupled and conditioned": palette[3],
  neither: palette[1],
  base: "#7b8794",
  start: "#7b8794",
  data: "#1f2933",
  truth: "#1f2933",
  exact: "#1f2933",
  target: "#1f2933",
});

/**
 * Picks a colour for each series name. The well-known names of this library have the same colour in every
 * figure; any other takes the one that its hash selects, or the next free one, so that the series of a figure
 * differ.
 */
export function coloursOf(names: readonly string[]): ReadonlyMap<string, string> {
  const colours = new Map<string, string>();
  const taken = new Set<string>();
  const give = (name: string, colour: string) => {
    colours.set(name, colour);
    taken.add(colour);
  };
  for (const name of names) {
    if (Object.hasOwn(pinned, name.toLowerCase())) give(name, pinned[name.toLowerCase()]);
  }
  for (const name of names) {
    if (colours.has(name)) continue;
    const first = hash(name) % palette.length;
    const order = palette.map((_, i) => palette[(first + i) % palette.length]);
    give(name, order.find((colour) => !taken.has(colour)) ?? order[0]);
  }
  return colours;
}

/** A colour mixed with white, opaque: crossing lines stay clean, and pictures small. */
export function pale(colour: string, share: number): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return `#${parts
    .map((part) =>
      Math.round(255 + (part - 255) * share)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A dark-on-white sequential colour scale, for densities: white is nothing. */
export const densityScale: readonly (readonly [number, string])[] = Object.freeze([
  [0, "#ffffff"],
  [0.15, "#dcebf5"],
  [0.4, "#84bcdc"],
  [0.7, "#2f7fb6"],
  [1, "#08306b"],
] as const);

/** The text that every figure needs. */
export interface Described {
  /** One line, drawn above the figure. */
  readonly title: string;
  /** Alternative text: what the figure shows, in one or two sentences. */
  readonly alt: string;
}

/** @throws an error that names what is missing. */
export function assertText(what: string, entries: Readonly<Record<string, unknown>>): void {
  const missing = Object.keys(entries).filter((name) => {
    const value = entries[name];
    return typeof value !== "string" || value.trim() === "";
  });
  if (missing.length > 0) {
    throw expected(
      `${what} with ${Object.keys(entries).join(", ")}`,
      `no text for ${missing.join(", ")}`,
      "A figure must be readable by a stranger: name every axis, with its unit, " +
        "and describe the picture in alt.",
    );
  }
}
