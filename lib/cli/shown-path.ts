import { relative, sep } from "node:path";

/** A path to show and to pass to notebooks: relative to `root` if it is inside, with forward slashes. */
export function shownPath(root: string, path: string): string {
  const short = relative(root, path);
  return (short.startsWith("..") ? path : short).split(sep).join("/");
}
