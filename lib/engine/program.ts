import type * as tf from "@tensorflow/tfjs";

/** What goes into a program and comes out: int32 for indices such as class numbers, float32 for the rest. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export type Named<T> = Readonly<Record<string, T>>;

/**
 * A pure function of named tensors, written in ordinary tfjs operators (gradients by `tf.grads` included).
 * `state` is what the last run returned as `state`; a program without state leaves it out. Shapes must
 * follow from input shapes alone: no `dataSync`, no branching on values.
 */
export type Program = (given: {
  readonly state: Named<tf.Tensor>;
  readonly constants: Named<tf.Tensor>;
  readonly inputs: Named<tf.Tensor>;
}) => { readonly outputs: Named<tf.Tensor>; readonly state?: Named<tf.Tensor> };

export interface CompileOptions {
  /** Used in error messages and profiles. */
  readonly name: string;
  readonly program: Program;
  /** Initial state: stays with the engine between runs, is not copied to JavaScript at every run. */
  readonly state?: Named<Values>;
  /** Values that never change, such as the weights of a trained network: baked into the compiled model, which is optimised for them. */
  readonly constants?: Named<Values>;
  /** Which engine runs it; default: the environment variable ENGINE, else "onnx". */
  readonly engine?: EngineName;
}

export type EngineName = "onnx" | "tensorflow" | "wasm" | "cpu";

/** A compiled program. One model per distinct set of input shapes is made at first use and kept. */
export interface Compiled {
  /** Runs once. Runs of one program must not overlap when it has state. */
  run(inputs: Named<Values>): Promise<Named<Values>>;
  /** A copy of the present state. */
  readState(): Promise<Named<Values>>;
  /** Replaces the state; names and shapes must be those of the initial state. */
  writeState(state: Named<Values>): Promise<void>;
  /** Frees native memory. A later `run` is an error. */
  dispose(): Promise<void>;
}
