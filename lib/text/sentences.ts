/** Texts one after another, each but the last with a stop at its end. */
export function sentences(parts: readonly string[]): string {
  const ended = (text: string) => (/[.!?:;…]$/.test(text) ? text : `${text}.`);
  const texts = parts.map((part) => part.trim()).filter((text) => text !== "");
  return texts.map((text, i) => (i < texts.length - 1 ? ended(text) : text)).join(" ");
}
