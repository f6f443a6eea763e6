import type { CompiledCode } from "./converter";

/** A cell of assigned values alone, as `injectParameters` writes it. */
const cell = /^\/\/ Parameters of this run\n\{\n((?: {2}[A-Za-z_]\w* = .+;\n)+)\}$/;

const number = String.raw`-?\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const text = String.raw`"[ !#-[\]-~]*"`;
const boolean = "(?:true|false)";
const listOf = (value: string) => String.raw`\[(?:${value}(?:,${value})*)?\]`;

/** The values that can be assigned to variables of a type, whatever else is declared. */
const valuesOf: Readonly<Record<string, RegExp>> = {
  number: new RegExp(`^${number}$`),
  string: new RegExp(`^${text}$`),
  boolean: new RegExp(`^${boolean}$`),
  "number[]": new RegExp(`^${listOf(number)}$`),
  "string[]": new RegExp(`^${listOf(text)}$`),
  "boolean[]": new RegExp(`^${listOf(boolean)}$`),
};

/**
 * What a cell that sets parameters compiles to, where that can be told without a compiler: each value is a
 * plain one of the very type that its variable has in `previous`, the declarations of the cells before. Of
 * the points of a sweep, these are the only cells that differ. Nothing for any other cell.
 */
export function compiledAssignments(previous: string, source: string): CompiledCode | undefined {
  const lines = cell.exec(source)?.[1].trimEnd().split("\n");
  if (!lines) return undefined;
  const output: string[] = [];
  for (const line of lines) {
    const [, name, value] = /^ {2}(\w+) = (.+);$/.exec(line) ?? [];
    const type = new RegExp(`^declare let ${name}: (.+);$`, "m").exec(previous)?.[1] ?? "";
    if (!Object.hasOwn(valuesOf, type) || !valuesOf[type].test(value)) return undefined;
    output.push(`exports.${name} = ${value};\n`);
  }
  return { output: output.join(""), maps: {}, declarations: previous, files: [] };
}
