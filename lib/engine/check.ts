import { sizeOf } from "../array";
import { expected, nearest } from "../errors";
import type { Named, Values } from "./program";
import { flatten, pathText, type Tree } from "./tree";

/** The number formats of a program's inputs, outputs and state. */
export type ValueFormat = "float32" | "int32";

export const dtypeOf = (values: Values): ValueFormat =>
  values.data instanceof Int32Array ? "int32" : "float32";

/** `[64, 28, 28, 1]` */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** `float32 [64, 2]` */
export const kindText = (values: Values): string => `${dtypeOf(values)} ${shapeText(values.shape)}`;

/** The leaves of a tree, each checked to be a float32 or int32 array whose length agrees with its shape. */
export function checkValues(owner: string, role: string, tree: Tree<Values>): Named<Values> {
  const leaves = flatten(tree);
  for (const [key, values] of Object.entries(leaves)) {
    const what = () => `${role} "${pathText(key)}" of ${owner}`;
    const { shape, data } = values ?? {};
    if (!Array.isArray(shape) || !ArrayBuffer.isView(data)) {
      throw expected(`${what()} as { shape, data }`, describe(values));
    }
    if (!(data instanceof Float32Array || data instanceof Int32Array)) {
      throw expected(
        `${what()} to be a Float32Array or an Int32Array`,
        `a ${(data as object).constructor.name}`,
        "Convert it first, for example with Float32Array.from(data).",
      );
    }
    if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
      throw expected(`a shape of whole numbers for ${what()}`, shapeText(shape));
    }
    if (data.length !== sizeOf(shape)) {
      throw expected(`${sizeOf(shape)} numbers for ${what()} of shape ${shapeText(shape)}`, `${data.length}`);
    }
  }
  return leaves;
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return `${value}`;
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}

/** Checks that `given` has the keys of `wanted`, no more and no fewer. */
export function checkNames(
  owner: string,
  role: string,
  given: readonly string[],
  wanted: readonly string[],
): void {
  if (given.length === wanted.length && given.every((key) => wanted.includes(key))) return;
  const paths = wanted.map(pathText);
  const list = paths.join(", ") || "none";
  const unknown = given.find((key) => !wanted.includes(key));
  if (unknown !== undefined) {
    const near = nearest(pathText(unknown), paths);
    const advice = near === undefined ? "" : `Did you mean "${near}"?`;
    throw expected(`${role}s of ${owner} named ${list}`, `one named "${pathText(unknown)}"`, advice);
  }
  const missing = wanted.filter((key) => !given.includes(key)).map((key) => `"${pathText(key)}"`);
  if (missing.length > 0) {
    throw expected(`${role}s of ${owner} named ${list}`, `none named ${missing.join(", ")}`);
  }
}

/** Checks that `values` has the number format and shape of `like`. */
export function checkKind(owner: string, role: string, key: string, values: Values, like: Values): void {
  if (kindText(values) !== kindText(like)) {
    throw expected(`${role} "${pathText(key)}" of ${owner} as ${kindText(like)}`, kindText(values));
  }
}
