import type * as tf from "@tensorflow/tfjs";
import { expected } from "../errors";
import { type Dtype, kindText, shapeText } from "./check";
import type { Named, Values } from "./program";

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

/** The program's given tensors, with an error that lists the names when it asks for one that isn't there. */
export function guarded(owner: string, role: string, named: Named<tf.Tensor>): Named<tf.Tensor> {
  const list = Object.keys(named).join(", ") || "none";
  return new Proxy(named, {
    get(target, name) {
      if (typeof name === "symbol" || Object.hasOwn(target, name)) return target[name as string];
      throw expected(`${owner} to use ${role}s that it was given (${list})`, `"${name}"`);
    },
  });
}

/** Checks that what a program returned as state is what it may become: same names, shapes and formats. */
export function checkNextState(owner: string, initial: Named<Values>, next: Named<tf.Tensor>): void {
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
    const received = `${next[name].dtype as Dtype} ${shapeText(next[name].shape)}`;
    if (received !== kindText(initial[name])) {
      throw expected(`state "${name}" returned by ${owner} as ${kindText(initial[name])}`, received);
    }
  }
}
