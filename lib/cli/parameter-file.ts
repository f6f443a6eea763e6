import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { parse } from "yaml";
import { expected, UsageError } from "../errors";
import { isRecord } from "../formats/is-record";
import type { ParameterValue } from "../notebook/parameters";

/**
 * Reads the values of parameters from a `.yaml`, `.yml` or `.json` file: names with their values.
 * @param option what the file was given by, for errors
 * @throws a one-line error when there is no such file, or it holds anything else.
 */
export function readParameterFile(path: string, option = "--params"): Record<string, ParameterValue> {
  const type = extname(path).toLowerCase();
  if (![".yaml", ".yml", ".json"].includes(type)) {
    throw expected(`a .yaml or .json file after ${option}`, `"${path}"`);
  }
  let content: unknown;
  try {
    const text = readFileSync(path, "utf8");
    content = type === ".json" ? JSON.parse(text) : parse(text, { prettyErrors: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : message.split("\n")[0].replace(/:$/, "");
    throw new UsageError(`Can't read ${path}: ${why}.`);
  }
  if (!isRecord(content))
    throw expected(`names with values in ${path}, as in "steps: 100"`, typeName(content));
  for (const [name, value] of Object.entries(content)) {
    if (!isJson(value)) throw expected(`a value that JSON can hold for ${name} in ${path}`, `${value}`);
  }
  return content as Record<string, ParameterValue>;
}

function isJson(value: unknown): value is ParameterValue {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null)
    return ["string", "boolean", "object"].includes(typeof value);
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every(isJson);
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
