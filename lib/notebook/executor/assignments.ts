import type { CompiledCode } from "./converter";

/** What `injectParameters` writes, or a sweep for several of its points: values, assigned in blocks. */
const block = String.raw`// Parameters of this run\n\{\n(?: {2}[A-Za-z_]\w* = .+;\n)+\}`;
const blocks = new RegExp(`^${block}(?:\n${block})*$`);

const number = String.raw`-?\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const text = String.raw`"[ !#-[\]-~]*"`;
const boolean = "true|false";
const listOf = (value: string) => String.raw`\[(?:(?:${value})(?:,(?:${value}))*)?\]`;

/** The values that a variable of a type can be given, whatever else is declared. */
const valuesOf = new Map(
  [
    ["number", number],
    ["string", text],
    ["boolean", boolean],
    ["number[]", listOf(number)],
    ["string[]", listOf(text)],
    ["boolean[]", listOf(boolean)],
    ["undefined", "undefined"],
    ["null", "null"],
  ].map(([type, values]) => [type, new RegExp(`^(?:${values})$`)]),
);

/** A type of one value only. */
const literal = new RegExp(`^(?:${number}|${text})$`);

/**
 * What a cell that sets parameters compiles to, where that can be told without a compiler: each value is a
 * plain one of the type that its variable has in `previous`, the declarations of the cells before. Of the
 * points of a sweep, these are the only cells that differ. Nothing for any other cell.
 */
export function compiledAssignments(previous: string, source: string): CompiledCode | undefined {
  if (!blocks.test(source)) return undefined;
  let output = "";
  for (const [, name, value] of source.matchAll(/^ {2}(\w+) = (.+);$/gm)) {
    const type = new RegExp(`^declare let ${name}: (.+);$`, "m").exec(previous)?.[1];
    if (type === undefined || !takes(type, value)) return undefined;
    output += `exports.${name} = ${value};\n`;
  }
  return { output, maps: {}, declarations: previous, files: [] };
}

/** Whether a variable of the type can be given the value for sure. */
function takes(type: string, value: string): boolean {
  const parts = type.split(" | ");
  if (!parts.every((part) => valuesOf.has(part) || literal.test(part))) return false;
  return parts.some((part) => part === value || valuesOf.get(part)?.test(value));
}
