import type { Displayable } from "./figure";

/**
 * Text in Markdown, with `$…$` and `$$…$$` for mathematics.
 * @example markdown("The cost is **never** above the action: $C \\le A$.")
 */
export function markdown(text: string): Displayable {
  const bundle = Object.freeze({ "text/markdown": text, "text/plain": text });
  return Object.freeze({ toBundle: () => bundle });
}
