import { AnsiUp } from "ansi_up";
import { type SafeHtml, trusted } from "../text";

/** Terminal output as safe HTML: colours as classes, and without what carriage returns overwrote. */
export function terminal(text: string): SafeHtml {
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  ansi.url_allowlist = {};
  const settled = text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => withoutTail(line, "\r").split("\r").pop())
    .join("\n");
  return trusted(withoutTail(ansi.ansi_to_html(settled), "\n"));
}

/** A text without the characters `tail` at its end, in linear time. */
function withoutTail(text: string, tail: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === tail) end--;
  return text.slice(0, end);
}
