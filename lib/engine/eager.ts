import type * as tf from "@tensorflow/tfjs-core";
import { type EagerTfjs, type TfjsBackend, withBackend } from "./backend";
import { dtypeOf } from "./check";
import type { AnyOptions, Values } from "./program";
import { applyProgram, copyValues, inTree, type Runner } from "./runner";
import { loadTfjs } from "./tfjs";
import { flatten, mapTree, type Tree } from "./tree";

/** Runs a program operator by operator on one of tfjs's own backends. */
export function eager(backend: TfjsBackend, options: AnyOptions): Runner {
  let pending: Tree<Values> | undefined = mapTree(options.state ?? {}, copyValues);
  let state: Tree<tf.Tensor> = {};
  let constants: Tree<tf.Tensor> | undefined;
  let library: EagerTfjs | undefined;

  async function inBackend<T>(body: (tf: EagerTfjs) => T): Promise<T> {
    library ??= await loadTfjs(backend);
    const tf = library;
    return withBackend(tf, backend, () => {
      constants ??= mapTree(options.constants ?? {}, (values) => tf.keep(tensor(tf, values)));
      if (pending) {
        drop(state);
        state = mapTree(pending, (values) => tf.keep(tensor(tf, values)));
        pending = undefined;
      }
      return body(tf);
    });
  }

  return {
    run: (inputs) =>
      inBackend((tf) => {
        const done: Tree<Values>[] = []; // not returned from tidy, which would search it for tensors
        tf.tidy(() => {
          const result = applyProgram(options, {
            state,
            constants: constants ?? {},
            inputs: mapTree(inputs, (values) => tensor(tf, values)),
          });
          done.push(mapTree(result.outputs, read));
          if (!result.state) return;
          const next = flatten(mapTree(result.state, (value) => tf.keep(value.clone())));
          drop(state);
          state = inTree(options.state ?? {}, next);
        });
        return done[0];
      }),
    readState: async () => (pending ? mapTree(pending, copyValues) : inBackend(() => mapTree(state, read))),
    writeState: async (values) => {
      pending = mapTree(values, copyValues);
    },
    dispose: async () => {
      drop(state);
      drop(constants ?? {});
    },
  };
}

const tensor = (tf: EagerTfjs, values: Values): tf.Tensor =>
  tf.tensor(values.data.slice(), [...values.shape], dtypeOf(values));

const drop = (tensors: Tree<tf.Tensor>): void => {
  for (const value of Object.values(flatten(tensors))) value.dispose();
};

function read(value: tf.Tensor): Values {
  const data = value.dataSync();
  return {
    shape: [...value.shape],
    data: value.dtype === "float32" ? Float32Array.from(data) : Int32Array.from(data),
  };
}
