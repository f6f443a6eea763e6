import type * as tf from "@tensorflow/tfjs-core";
import { expected, nearest, UsageError } from "../errors";
import { kindText, shapeText } from "./check";
import type { AnyOptions, AnyProgram, Named, Values } from "./program";
import { childKey, flatten, isRecord, mapTree, pathText, type Tree } from "./tree";

/** What an engine does for a compiled program; `compile` checks names, kinds and order of use before. */
export interface Runner {
  /** @param leaves the inputs once more, flattened */
  run(inputs: Tree<Values>, leaves: Named<Values>): Promise<Tree<Values>>;
  readState(): Promise<Tree<Values>>;
  writeState(state: Tree<Values>): Promise<void>;
  dispose(): Promise<void>;
}

export const copyValues = (values: Values): Values => ({
  shape: [...values.shape],
  data: values.data.slice(),
});

/**
 * Applies a program to tensors and checks what it asks for and returns.
 *
 * @throws UsageError if it asks for an input, constant or state that it wasn't given, doesn't use an input,
 * or returns something else than tensors, or state of other names or kinds; Error with tfjs's own error as
 * its cause if an operator fails.
 */
export function applyProgram(
  { name, program, state = {} }: AnyOptions,
  given: Parameters<AnyProgram>[0],
): ReturnType<AnyProgram> {
  const owner = `program "${name}"`;
  const inputs = flatten(given.inputs);
  const used = new Set<string>();
  let result: ReturnType<AnyProgram>;
  try {
    result = program({
      state: guarded(owner, "state", given.state),
      constants: guarded(owner, "constant", given.constants),
      inputs: guarded(owner, "input", given.inputs, used),
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const kinds = Object.entries(inputs).map(
      ([key, t]) => `${pathText(key)}: ${t.dtype} ${shapeText(t.shape)}`,
    );
    const reason = error instanceof Error ? error.message : `${error}`;
    throw new Error(`${owner} failed on inputs ${kinds.join(", ") || "none"}: ${reason}`, { cause: error });
  }
  const unused = Object.keys(inputs).filter((key) => !used.has(key));
  if (unused.length > 0) {
    const known = Object.keys(inputs).filter((key) => used.has(key));
    throw expected(
      `${owner} to be given the inputs that it uses (${known.map(pathText).join(", ") || "none"})`,
      `${unused.map((key) => `"${pathText(key)}"`).join(", ")} as well`,
      "Leave it out or correct its name.",
    );
  }
  checkTensors(owner, "outputs", result?.outputs);
  if (Object.keys(flatten(result.outputs)).length === 0 && !result.state) {
    throw expected(`${owner} to return outputs or state`, "neither");
  }
  if (result.state) {
    checkTensors(owner, "state", result.state);
    checkNextState(owner, flatten(state), flatten(result.state));
  }
  return result;
}

/** The tree, with an error that lists the names when the program asks for an entry that isn't there. */
function guarded(
  owner: string,
  role: string,
  tree: Tree<tf.Tensor>,
  used?: Set<string>,
  parent = "",
): Tree<tf.Tensor> {
  const entries = Object.entries(tree).map(([name, entry]): [string, Tree<tf.Tensor>[string]] => [
    name,
    isRecord(entry) ? guarded(owner, role, entry, used, childKey(parent, name)) : entry,
  ]);
  return new Proxy(Object.fromEntries(entries), {
    get(target, name) {
      if (typeof name === "symbol") return undefined;
      used?.add(childKey(parent, name));
      if (Object.hasOwn(target, name)) return target[name];
      const text = (child: string) => pathText(childKey(parent, child));
      const names = Object.keys(target);
      const near = nearest(name, names);
      throw expected(
        `${role} "${text(name)}", which ${owner} uses`,
        names.length > 0 ? `only ${names.map(text).join(", ")}` : "none",
        near === undefined ? "" : `Did you mean "${text(near)}"?`,
      );
    },
  });
}

const isTensor = (value: unknown): value is tf.Tensor =>
  typeof value === "object" &&
  value !== null &&
  "dataId" in value &&
  Array.isArray((value as tf.Tensor).shape);

function checkTensors(owner: string, role: string, tree: unknown): void {
  const leaves = isRecord(tree) ? Object.entries(flatten<unknown>(tree)) : undefined;
  const wrong = leaves?.find(([, value]) => !isTensor(value));
  if (leaves && !wrong) return;
  const received = wrong ? `${typeof wrong[1]} as "${pathText(wrong[0])}"` : `${tree}`;
  throw expected(`${owner} to return { ${role}: { name: tensor, … } }`, received);
}

/** Checks that the state a program returned has the names, shapes and formats of the initial one. */
function checkNextState(
  owner: string,
  initial: Readonly<Record<string, Values>>,
  next: Readonly<Record<string, tf.Tensor>>,
): void {
  const list = (keys: readonly string[]) => keys.map(pathText).join(", ") || "none";
  const keys = Object.keys(initial);
  const given = Object.keys(next);
  if (keys.length !== given.length || keys.some((key) => !given.includes(key))) {
    throw expected(
      `${owner} to return state named ${list(keys)}`,
      list(given),
      "Return every entry of the state, the unchanged ones too, or leave state out to keep it all.",
    );
  }
  for (const key of keys) {
    const received = `${next[key].dtype} ${shapeText(next[key].shape)}`;
    if (received !== kindText(initial[key])) {
      throw expected(`state "${pathText(key)}" returned by ${owner} as ${kindText(initial[key])}`, received);
    }
  }
}

/** The leaves, given by key, as a tree in the form of `like`. */
export const inTree = <A, B>(like: Tree<A>, flat: Readonly<Record<string, B>>): Tree<B> =>
  mapTree(like, (_, key) => flat[key]);
