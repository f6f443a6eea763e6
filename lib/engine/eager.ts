import type * as tf from "@tensorflow/tfjs";
import { dtypeOf } from "./check";
import type { CompileOptions, Named, Values } from "./program";
import { applyProgram, copyValues, mapNamed, type Runner } from "./runner";
import { loadTfjs, type Tfjs, type TfjsBackend, withBackend } from "./tfjs";

/** Runs a program operator by operator on one of tfjs's own backends. */
export function eager(backend: TfjsBackend, options: CompileOptions): Runner {
  let pending: Named<Values> | undefined = mapNamed(options.state ?? {}, copyValues);
  let state: Named<tf.Tensor> = {};
  let constants: Named<tf.Tensor> | undefined;
  let library: Tfjs | undefined;

  async function inBackend<T>(body: (tf: Tfjs) => T): Promise<T> {
    library ??= await loadTfjs(backend);
    const tf = library;
    return withBackend(tf, backend, () => {
      constants ??= mapNamed(options.constants ?? {}, (values) => tf.keep(tensor(tf, values)));
      if (pending) {
        drop(state);
        state = mapNamed(pending, (values) => tf.keep(tensor(tf, values)));
        pending = undefined;
      }
      return body(tf);
    });
  }

  return {
    run: (inputs) =>
      inBackend((tf) => {
        const outputs: Record<string, Values> = {};
        tf.tidy(() => {
          const result = applyProgram(options, {
            state,
            constants: constants ?? {},
            inputs: mapNamed(inputs, (values) => tensor(tf, values)),
          });
          Object.assign(outputs, mapNamed(result.outputs, read));
          if (!result.state) return;
          const next = mapNamed(result.state, (value) => tf.keep(value.clone()));
          drop(state);
          state = next;
        });
        return outputs;
      }),
    readState: async () => (pending ? mapNamed(pending, copyValues) : inBackend(() => mapNamed(state, read))),
    writeState: async (values) => {
      pending = mapNamed(values, copyValues);
    },
    dispose: async () => {
      drop(state);
      drop(constants ?? {});
    },
  };
}

const tensor = (tf: Tfjs, values: Values): tf.Tensor =>
  tf.tensor(values.data.slice(), [...values.shape], dtypeOf(values));

const drop = (tensors: Named<tf.Tensor>): void => {
  for (const value of Object.values(tensors)) value.dispose();
};

function read(value: tf.Tensor): Values {
  const data = value.dataSync();
  return {
    shape: [...value.shape],
    data: value.dtype === "float32" ? Float32Array.from(data) : Int32Array.from(data),
  };
}
