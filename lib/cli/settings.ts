import { expected, nearest, UsageError } from "../errors";
import {
  checkValue,
  declaredParameters,
  type NotebookParameter,
  type ParameterValue,
  parseValue,
} from "../notebook/parameters";
import { scales } from "../notebook/scale";
import type { NotebookFile } from "./notebook-files";

/** What a command line gives to parameters, by their names. */
export interface GivenValues {
  /** As texts, whose types the notebooks tell; they come before those of a file. */
  readonly texts: Readonly<Record<string, string>>;
  readonly fromFile: Readonly<Record<string, ParameterValue>>;
}

/** The values for one notebook's parameters. */
export interface Settings {
  readonly declared: readonly NotebookParameter[];
  /** The values to inject. */
  readonly values: Readonly<Record<string, ParameterValue>>;
}

/**
 * The values to inject into each notebook: those given, and `scale = "quick"` where it is declared and not
 * given.
 * @param readAll reads all notebooks of the project, for a message about a parameter of one not selected
 * @throws a one-line error when a value is not of its parameter's type, or for a parameter that none of the
 *   selected notebooks declares.
 */
export function settingsOf(
  selected: readonly NotebookFile[],
  given: GivenValues,
  readAll: () => readonly NotebookFile[] = () => [],
): Settings[] {
  const settings = selected.map(({ notebook }) => {
    const declared = declaredParameters(notebook).map(withKnownValues);
    return { declared, values: valuesOf(declared, given) };
  });
  for (const name of namesOf(given)) {
    if (!settings.some(({ declared }) => declares(declared, name))) throw unknown(name, selected, readAll());
  }
  return settings;
}

/** Lines that say which of the given parameters make no difference to a selected notebook. */
export function idleParameters(selected: readonly NotebookFile[], given: GivenValues): string[] {
  return namesOf(given).flatMap((name) => {
    const without = selected.filter(({ notebook }) => !declares(declaredParameters(notebook), name));
    const unused = selected.filter((file) => !without.includes(file) && !uses(file, name));
    return [
      ...idle(name, without, ["does not declare it", "do not declare it"]),
      ...idle(name, unused, ["does not use it", "do not use it"]),
    ];
  });
}

function idle(name: string, files: readonly NotebookFile[], [one, many]: [string, string]): string[] {
  if (files.length === 0) return [];
  const names = files.map((file) => file.name).join(", ");
  return [`${name} makes no difference to ${names}, which ${files.length === 1 ? one : many}.`];
}

/** Whether code mentions the parameter besides its declaration. */
function uses({ notebook }: NotebookFile, name: string): boolean {
  const code = notebook.cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => source);
  const words = code.join("\n").match(/[\w$]+/g) ?? [];
  return words.filter((word) => word === name).length > 1;
}

const namesOf = ({ texts, fromFile }: GivenValues) => [
  ...new Set([...Object.keys(texts), ...Object.keys(fromFile)]),
];

const declares = (declared: readonly NotebookParameter[], name: string) =>
  declared.some((parameter) => parameter.name === name);

/** The scale has choices even where its type does not list them. */
function withKnownValues(parameter: NotebookParameter): NotebookParameter {
  return parameter.name === "scale" && parameter.type !== "number"
    ? { ...parameter, type: "text", choices: scales }
    : parameter;
}

function valuesOf(
  declared: readonly NotebookParameter[],
  { texts, fromFile }: GivenValues,
): Record<string, ParameterValue> {
  const values: Record<string, ParameterValue> = {};
  for (const parameter of declared) {
    const { name } = parameter;
    if (Object.hasOwn(texts, name)) values[name] = parseValue(texts[name], parameter);
    else if (Object.hasOwn(fromFile, name)) values[name] = checkValue(fromFile[name], parameter);
    else if (name === "scale" && parameter.choices === scales) values.scale = "quick";
    if (name === "seed" && parameter.type !== "text" && Object.hasOwn(values, name)) checkSeed(values[name]);
  }
  return values;
}

function checkSeed(value: ParameterValue): void {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return;
  throw expected("a whole number from 0 up for the parameter seed", JSON.stringify(value));
}

function unknown(name: string, selected: readonly NotebookFile[], all: readonly NotebookFile[]): UsageError {
  const having = all.filter(({ notebook }) => declares(declaredParameters(notebook), name));
  if (having.length > 0) {
    const names = having.map((file) => file.name);
    const others = names.length === 1 ? `${names[0]} has` : `${listed(names)} have`;
    return new UsageError(`No selected notebook has a parameter ${name}, which only ${others}.`);
  }
  const owners = new Map<string, string[]>();
  for (const file of selected) {
    for (const parameter of declaredParameters(file.notebook)) {
      const names = owners.get(parameter.name) ?? [];
      if (!names.includes(file.name)) owners.set(parameter.name, [...names, file.name]);
    }
  }
  if (owners.size === 0) return expected("no parameter, for none is declared", `"${name}"`);
  const near = nearest(name, [...owners.keys()]);
  const advice = near ? `Did you mean "${near}", of ${owners.get(near)?.join(", ")}?` : "";
  return expected(`one of the parameters ${[...owners.keys()].join(", ")}`, `"${name}"`, advice);
}

const listed = (names: readonly string[]) => `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
