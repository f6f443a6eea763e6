import type { Displayable } from "./figure";

/** Text in Markdown, with `$…$` and `$$…$$` for mathematics. */
export function markdown(text: string): Displayable {
  const bundle = Object.freeze({ "text/markdown": text, "text/plain": text });
  return Object.freeze({ toBundle: () => bundle });
}
