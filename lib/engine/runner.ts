import type * as tf from "@tensorflow/tfjs";
import { expected, nearest, UsageError } from "../errors";
import { kindText, shapeText } from "./check";
import type { CompileOptions, Named, Values } from "./program";

/** What an engine does for a compiled program; `compile` checks names, kinds and order of use before. */
export interface Runner {
  run(inputs: Named<Values>): Promise<Named<Values>>;
  readState(): Promise<Named<Values>>;
  writeState(state: Named<Values>): Promise<void>;
  dispose(): Promise<void>;
}

/** Applies `f` to each entry. */
export function mapNamed<A, B>(named: Named<A>, f: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, f(value, name)]));
}

export const copyValues = (values: Values): Values => ({
  shape: [...values.shape],
  data: values.data.slice(),
});

interface Given {
  readonly state: Named<tf.Tensor>;
  readonly constants: Named<tf.Tensor>;
  readonly inputs: Named<tf.Tensor>;
}

/**
 * Applies a program to tensors and checks what it asks for and returns.
 *
 * @throws UsageError if it asks for an input, constant or state that it wasn't given, doesn't use an input,
 * or returns something else than tensors, or state of other names or kinds; Error with tfjs's own error as
 * its cause if an operator fails.
 */
export function applyProgram({ name, program, state = {} }: CompileOptions, given: Given) {
  const owner = `program "${name}"`;
  const used = new Set<string>();
  let result: ReturnType<typeof program>;
  try {
    result = program({
      state: guarded(owner, "state", given.state),
      constants: guarded(owner, "constant", given.constants),
      inputs: guarded(owner, "input", given.inputs, used),
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const kinds = Object.entries(given.inputs).map(([key, t]) => `${key}: ${t.dtype} ${shapeText(t.shape)}`);
    const reason = error instanceof Error ? error.message : `${error}`;
    throw new Error(`${owner} failed on inputs ${kinds.join(", ") || "none"}: ${reason}`, { cause: error });
  }
  const unused = Object.keys(given.inputs).filter((key) => !used.has(key));
  if (unused.length > 0) {
    throw expected(
      `${owner} to be given the inputs that it uses (${[...used].join(", ") || "none"})`,
      `${unused.map((key) => `"${key}"`).join(", ")} as well`,
      "Leave it out or correct its name.",
    );
  }
  checkTensors(owner, "outputs", result?.outputs);
  if (result.state) {
    checkTensors(owner, "state", result.state);
    checkNextState(owner, state, result.state);
  }
  return result;
}

/** The tensors, with an error that lists the names when the program asks for one that isn't there. */
function guarded(owner: string, role: string, named: Named<tf.Tensor>, used?: Set<string>): Named<tf.Tensor> {
  return new Proxy(named, {
    get(target, key) {
      if (typeof key === "symbol") return undefined;
      used?.add(key);
      if (Object.hasOwn(target, key)) return target[key];
      const names = Object.keys(target);
      const near = nearest(key, names);
      throw expected(
        `${role} "${key}", which ${owner} uses`,
        names.length > 0 ? `only ${names.join(", ")}` : "none",
        near ? `Was "${near}" meant?` : "",
      );
    },
  });
}

function checkTensors(owner: string, role: string, named: unknown): void {
  const entries = typeof named === "object" && named !== null ? Object.entries(named) : undefined;
  const wrong = entries?.find(([, value]) => !Array.isArray(value?.shape) || !("dataId" in value));
  if (entries && !wrong) return;
  const received = wrong ? `${typeof wrong[1]} as "${wrong[0]}"` : `${named}`;
  throw expected(`${owner} to return { ${role}: { name: tensor, … } }`, received);
}

/** Checks that what a program returned as state is what it may become: same names, shapes and formats. */
function checkNextState(owner: string, initial: Named<Values>, next: Named<tf.Tensor>): void {
  const names = Object.keys(initial);
  const given = Object.keys(next);
  if (names.length !== given.length || names.some((name) => !given.includes(name))) {
    throw expected(
      `${owner} to return state named ${names.join(", ") || "none"}`,
      given.join(", ") || "none",
      "Return every entry of the state, the unchanged ones too, or leave state out to keep it all.",
    );
  }
  for (const name of names) {
    const received = `${next[name].dtype} ${shapeText(next[name].shape)}`;
    if (received !== kindText(initial[name])) {
      throw expected(`state "${name}" returned by ${owner} as ${kindText(initial[name])}`, received);
    }
  }
}
