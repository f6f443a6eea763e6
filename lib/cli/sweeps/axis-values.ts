import { expected } from "../../errors";
import type { NotebookParameter } from "../../notebook/parameters";

/** The most values that one range may stand for. */
const longestRange = 10_000;

/**
 * The texts of an axis' values, each once: `coupled,uncoupled` by its commas, of which those within brackets
 * and quotes divide nothing; for numbers also ranges, `0..4` in steps of one and `0.1..0.5:0.2` in others.
 * @throws a one-line error for no value, or a range that is not one.
 */
export function axisValues(
  { name, type }: Pick<NotebookParameter, "name" | "type">,
  text: string,
): readonly string[] {
  const ranges = type === "number" || type === undefined;
  const values = splitAtCommas(text).flatMap((value) => (ranges && rangeOf(name, value)) || [value]);
  if (text.trim() === "" && type !== "text") throw expected(`at least one value after ${name}=`, "none");
  return [...new Set(values)];
}

function splitAtCommas(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|./gs)) {
    if ("[{".includes(part)) depth++;
    if ("]}".includes(part)) depth--;
    if (part === "," && depth <= 0) parts.push("");
    else parts[parts.length - 1] += part;
  }
  return parts.map((part) => part.trim());
}

const number = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?";
const range = new RegExp(`^(${number})\\.\\.(${number})(?::(${number}))?$`);

function rangeOf(name: string, text: string): string[] | undefined {
  const [, from, to, by = "1"] = range.exec(text) ?? [];
  if (from === undefined) return undefined;
  const [first, last, step] = [from, to, by].map(Number);
  // A half-open last step would leave it to rounding whether `last` is among the values.
  const steps = Math.floor((last - first) / step + 1e-9);
  const what = `a range that goes up in at most ${longestRange} steps for ${name}, as 0..4 or 0.1..0.5:0.1`;
  if (!(step > 0 && steps >= 0 && steps < longestRange)) throw expected(what, `"${text}"`);
  const digits = Math.max(...[from, to, by].map(decimals));
  return Array.from({ length: steps + 1 }, (_, k) => `${Number((first + k * step).toFixed(digits))}`);
}

/** How many digits a number written so has after its point. */
function decimals(text: string): number {
  const [digits, exponent = "0"] = text.toLowerCase().split("e");
  return Math.min(100, Math.max(0, (digits.split(".")[1] ?? "").length - Number(exponent)));
}
