import { expected, nearest, UsageError } from "../../errors";
import type { ParameterValue } from "../../notebook/parameters";
import { parseMixed } from "../arguments";
import { readParameterFile } from "../parameter-file";
import { wrapped } from "../wrapped";

/** An option of a command, by a flag or by a line of a config file. */
interface OptionSpec {
  readonly type: "text" | "number" | "whole" | "flag" | "list";
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /** Least and largest number, both included; of whole numbers, from 1 unless it is said. */
  readonly range?: readonly [low: number, high: number];
  /** What a number must be larger than. */
  readonly above?: number;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

interface Types {
  readonly text: string;
  readonly number: number;
  readonly whole: number;
  readonly flag: boolean;
  readonly list: readonly string[];
}

/** The values of options that were given. */
export type Given<S extends OptionSpecs> = { readonly [K in keyof S]?: Types[S[K]["type"]] };

/** A command line as it was given. */
export interface ParsedCommand<S extends OptionSpecs> {
  readonly given: Given<S>;
  readonly words: readonly string[];
}

const always = {
  config: { type: "text", value: "FILE", help: "options from a .json or .yaml file; flags override it" },
  help: { type: "flag", help: "this text" },
} as const satisfies OptionSpecs;

/**
 * Parses a command's flags and the config file that `--config` names, whose keys are the names of options.
 * @throws UsageError of one sentence for whatever it doesn't understand.
 */
export function parseCommand<S extends OptionSpecs>(
  args: readonly string[],
  specs: S,
): ParsedCommand<S & typeof always> {
  const all: OptionSpecs = { ...specs, ...always };
  const definitions = Object.fromEntries(
    Object.entries(all).map(([name, { type }]) => [
      name,
      {
        type: type === "flag" ? ("boolean" as const) : ("string" as const),
        ...(type === "list" && { multiple: true }),
        ...(name === "help" && { short: "h" }),
      },
    ]),
  );
  const { values, positionals } = parseMixed(args, definitions);
  const flags = Object.entries(values).map(([name, value]) => [
    name,
    read(`--${name}`, all[name], value as ParameterValue),
  ]);
  const { config } = values;
  const fromFile = typeof config === "string" ? readConfig(config, specs) : {};
  const given = { ...fromFile, ...Object.fromEntries(flags) };
  return Object.freeze({ given: Object.freeze(given) as Given<S & typeof always>, words: positionals });
}

function readConfig(path: string, specs: OptionSpecs): Readonly<Record<string, unknown>> {
  const entries = Object.entries(readParameterFile(path, "--config")).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (!Object.hasOwn(specs, name)) {
        const near = nearest(name, Object.keys(specs));
        throw new UsageError(
          `There is no option ${name}, which ${path} gives. ${near ? `Did you mean ${near}?` : "See --help."}`,
        );
      }
      return [name, read(`${name} in ${path}`, specs[name], value)];
    }),
  );
}

/** A value as its option's type has it. @throws when it is of another. */
function read(where: string, spec: OptionSpec, value: ParameterValue): Types[keyof Types] {
  const { type, choices } = spec;
  if (type === "flag") {
    if (typeof value === "boolean") return value;
    throw expected(`true or false as ${where}`, JSON.stringify(value));
  }
  if (type === "list") {
    const list = (Array.isArray(value) ? value : [value]) as readonly ParameterValue[];
    const texts = list.map((one) => plainText(where, one));
    // In a config file a list is written as one.
    return Array.isArray(value) && !where.startsWith("--") ? texts : texts.flatMap(splitList);
  }
  if (type === "text") {
    const text = plainText(where, value);
    if (text.trim() === "") throw expected(`a value for ${where}`, "nothing");
    if (choices && !choices.includes(text)) {
      // Of values of one letter, each is near to any other.
      const near =
        text.length > 1
          ? nearest(
              text,
              choices.filter((choice) => choice.length > 1),
            )
          : undefined;
      throw expected(
        `one of ${choices.join(", ")} as ${where}`,
        `"${text}"`,
        near ? `Did you mean "${near}"?` : "",
      );
    }
    return text;
  }
  return readNumber(where, spec, value);
}

function readNumber(
  where: string,
  { type, range, above = -Infinity }: OptionSpec,
  value: ParameterValue,
): number {
  const whole = type === "whole";
  const [low, high] = range ?? (whole ? [1, Number.MAX_SAFE_INTEGER] : [-Infinity, Infinity]);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  const fits = typeof number === "number" && (whole ? Number.isSafeInteger(number) : Number.isFinite(number));
  if (fits && number >= low && number <= high && number > above) return number;
  const bounds = [
    ...(above > -Infinity ? [`above ${above}`] : []),
    ...(low > -Infinity ? [`from ${low}`] : []),
    ...(high < Number.MAX_SAFE_INTEGER ? [`to ${high}`] : []),
  ];
  const what = [whole ? "a whole number" : "a number", ...bounds].join(" ");
  throw expected(`${what} as ${where}`, typeof value === "string" ? `"${value}"` : JSON.stringify(value));
}

function plainText(where: string, value: ParameterValue): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return `${value}`;
  throw expected(`a text as ${where}`, JSON.stringify(value));
}

/** `a,b` → a and b; a comma after a backslash belongs to a name. */
const splitList = (text: string): readonly string[] =>
  text
    .split(/(?<!\\),/)
    .map((part) => part.trim().replaceAll("\\,", ","))
    .filter((part) => part !== "");

/** The lines of a help text that list options, in the order of the table. */
export function optionLines(specs: OptionSpecs): string {
  const entries: [string, OptionSpec][] = Object.entries({ ...specs, ...always });
  const heads = entries.map(([name, { value, type }]) => {
    const stands = value ?? (type === "flag" ? "" : "VALUE");
    return `  --${name}${stands && ` ${stands}`}`;
  });
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  const indent = `\n${" ".repeat(width)}`;
  return heads
    .map((head, k) => head.padEnd(width) + wrapped(entries[k][1].help, columns - width).join(indent))
    .join("\n");
}

const columns = 100;
