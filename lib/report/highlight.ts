import { createRequire } from "node:module";
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import { html, type SafeHtml, trusted } from "../text";

hljs.registerLanguage("typescript", typescript);
hljs.registerLanguage("json", json);
hljs.registerLanguage("bash", bash);
hljs.registerLanguage("python", python);

/** Names that notebooks and fences use → names of highlight.js. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["ts", "typescript"],
  ["js", "typescript"],
  ["javascript", "typescript"],
  ["sh", "bash"],
  ["shell", "bash"],
  ["py", "python"],
  ["python3", "python"],
  ["ipython", "python"],
  ["c++", "cpp"],
  ["c#", "csharp"],
  ["f#", "fsharp"],
  ["octave", "matlab"],
]);

/**
 * Source text as HTML in which words have classes by their role, or none when the language is unknown.
 * @param language as a notebook's kernel or a fence in Markdown names it
 */
export function highlight(source: string, language: string): SafeHtml {
  // C++ kernels name the standard too: "C++17".
  const name = language.toLowerCase().replace(/^(c\+\+)\d+$/, "$1");
  const known = aliases.get(name) ?? name;
  if (!hasLanguage(known) || isHard(source)) return html`${source}`;
  return trusted(hljs.highlight(source, { language: known, ignoreIllegals: true }).value);
}

/**
 * Whether the highlighter's expressions, whose time may grow as the square of a word's length, would take
 * long: no code that people read is like that.
 */
const isHard = (source: string) => source.length > 500_000 || /\S{1000}/.test(source);

/** Loads a language that is not among the few of every page. */
function hasLanguage(name: string): boolean {
  if (hljs.getLanguage(name)) return true;
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return false;
  try {
    hljs.registerLanguage(name, createRequire(__filename)(`highlight.js/lib/languages/${name}`));
    return true;
  } catch {
    return false;
  }
}
