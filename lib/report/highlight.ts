import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import { escapeHtml } from "../figures/html";

hljs.registerLanguage("typescript", typescript);
hljs.registerLanguage("json", json);
hljs.registerLanguage("bash", bash);
hljs.registerLanguage("python", python);

/** Source text as HTML in which words have classes by their role; as it is when the language is unknown. */
export function highlight(source: string, language: string): string {
  const known = hljs.getLanguage(language);
  return known ? hljs.highlight(source, { language, ignoreIllegals: true }).value : escapeHtml(source);
}
