import { type Advice, type AdvisedOption, UsageError } from "../../errors";
import { quoted } from "../shell-word";
import type { OptionSpecs } from "./command-options";

/** What an error says on the command line: its advice names flags, as code would name options. */
export function messageOf(error: unknown, specs: OptionSpecs): string {
  if (!(error instanceof Error)) return `${error}`;
  if (!(error instanceof UsageError) || !error.parts) return error.message;
  const { fact, advice } = error.parts;
  return [fact, ...advice.flatMap((sentence) => withFlags(sentence, specs) ?? [])].join(" ");
}

/** A sentence of advice with flags; undefined where the command has no flag for one of its options. */
export function withFlags(advice: Advice, specs: OptionSpecs): string | undefined {
  const parts = advice.map((part) => (typeof part === "string" ? part : flagOf(part, specs)));
  return parts.every((part) => part !== undefined) ? parts.join("") : undefined;
}

function flagOf(advised: AdvisedOption, specs: OptionSpecs): string | undefined {
  const { option, value } = advised.option === "columns" ? columnFlag(advised) : advised;
  if (!Object.hasOwn(specs, option)) return undefined;
  const { type, value: stands } = specs[option];
  if (value === undefined) return stands === undefined ? `--${option}` : `--${option} ${stands}`;
  const words = (Array.isArray(value) ? value : [value]).map((word) => `${word}`.replaceAll(",", "\\,"));
  // A lone comma is the value of --decimal, which is no list.
  const word = quoted(type === "list" ? words.join(",") : `${value}`);
  return word.startsWith("-") ? `--${option}=${word}` : `--${option} ${word}`;
}

/** What one column is: `columns: { "id": "ignore" }` is `--ignore id`. */
function columnFlag({ option, value }: AdvisedOption): AdvisedOption {
  const [[name, kind]] = Object.entries(value as Readonly<Record<string, unknown>>);
  const flags: Readonly<Record<string, string>> = { categorical: "categories", ignore: "ignore" };
  const flag = typeof kind === "string" && Object.hasOwn(flags, kind) ? flags[kind] : option;
  return { option: flag, value: [name] };
}
