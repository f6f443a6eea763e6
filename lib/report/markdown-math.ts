import type MarkdownIt from "markdown-it";
import type { StateBlock, StateInline } from "markdown-it";
import type { SafeHtml } from "../text";
import { renderMath } from "./math";

/**
 * Teaches a Markdown parser mathematics: `$x$` within a line, `$$x$$` in one of its own.
 * @param keep what stands for the HTML of a formula in the page; default: the HTML itself
 */
export function addMath(
  md: InstanceType<typeof MarkdownIt>,
  keep = (html: SafeHtml): string => `${html}`,
): void {
  md.inline.ruler.before("escape", "math", inlineMath);
  md.block.ruler.before("fence", "math", blockMath, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
  md.renderer.rules.math_inline = (tokens, k) => keep(renderMath(tokens[k].content, false));
  md.renderer.rules.math_block = (tokens, k) => {
    const html = keep(renderMath(tokens[k].content, true));
    return tokens[k].block ? `<p>${html}</p>\n` : html;
  };
}

/** `$x$` and `$$x$$` within a line: no space inside the dollars, no digit after ("$5 and $6" is money). */
function inlineMath(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src[pos] !== "$") return false;
  const fence = src.startsWith("$$", pos) ? "$$" : "$";
  const start = pos + fence.length;
  let end = start;
  for (;;) {
    end = src.indexOf(fence, end);
    if (end < 0) return false;
    let slashes = 0;
    while (src[end - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) break;
    end += fence.length;
  }
  const content = src.slice(start, end);
  if (!content.trim()) return false;
  if (fence === "$" && (/^\s|\s$/.test(content) || /\d/.test(src[end + 1] ?? ""))) return false;
  if (!silent) {
    const token = state.push(fence === "$" ? "math_inline" : "math_block", "math", 0);
    token.content = content;
  }
  state.pos = end + fence.length;
  return true;
}

/** A block that begins with `$$` at the start of a line and ends with `$$` at the end of one. */
function blockMath(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const lineOf = (line: number) =>
    state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]);
  const first = lineOf(startLine);
  if (!first.startsWith("$$")) return false;
  let line = startLine;
  let text = first.slice(2);
  while (!/\$\$\s*$/.test(text)) {
    if (text.includes("$$")) return false;
    line++;
    if (line >= endLine) return false;
    text += `\n${lineOf(line)}`;
  }
  const content = text.replace(/\$\$\s*$/, "");
  if (content.includes("$$")) return false;
  if (silent) return true;
  const token = state.push("math_block", "math", 0);
  token.block = true;
  token.content = content;
  token.map = [startLine, line + 1];
  state.line = line + 1;
  return true;
}
