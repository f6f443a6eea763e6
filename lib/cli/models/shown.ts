import { relative } from "node:path";

/** "1 image", "2 images". @param count as it is written */
export const counted = (count: number | string, word: string): string =>
  `${count} ${count === 1 || count === "1" ? word : `${word}s`}`;

/** A folder as one would type it. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}
