import { AnsiUp } from "ansi_up";

/** Text for a terminal as safe HTML: colours as classes, and only what a carriage return left standing. */
export function terminal(text: string): string {
  const ansi = new AnsiUp();
  ansi.use_classes = true;
  ansi.url_allowlist = {};
  const settled = text
    .replace(/\r\n/g, "\n")
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").split("\r").pop())
    .join("\n");
  return ansi.ansi_to_html(settled).replace(/\n+$/, "");
}
