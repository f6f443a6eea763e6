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

/** Source text as HTML in which words have classes by their role, or none when the language is unknown. */
export function highlight(source: string, language: string): SafeHtml {
  if (!hljs.getLanguage(language)) return html`${source}`;
  return trusted(hljs.highlight(source, { language, ignoreIllegals: true }).value);
}
