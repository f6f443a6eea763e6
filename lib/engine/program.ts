import type * as tf from "@tensorflow/tfjs-core";
import type { Arrays, Open, Tensors, Tree } from "./tree";
import type { Named, Values } from "./values";

export type { Named, Values };

/**
 * A pure function of trees of tensors (nested records), written in ordinary tfjs operators (gradients by
 * `tf.grads` included). `state` is what the last run returned as `state`; a program without state leaves it
 * out. Shapes must follow from input shapes alone: no `dataSync`, no branching on values.
 *
 * `State` and `Constants` are the trees of arrays that `compile` is given, `Inputs` and `Outputs` the trees
 * of tensors that the function takes and returns. All four are flat records by default.
 */
export type Program<
  State = Named<Values>,
  Constants = Named<Values>,
  Inputs = Named<tf.Tensor>,
  Outputs = Named<tf.Tensor>,
> = (given: {
  readonly state: Open<Tensors<State>, tf.Tensor>;
  readonly constants: Open<Tensors<Constants>, tf.Tensor>;
  readonly inputs: Inputs;
}) => { readonly outputs: Outputs; readonly state?: Tensors<State> | Named<tf.Tensor> };

/** Options of {@link compile}. */
export interface CompileOptions<
  State = Named<Values>,
  Constants = Named<Values>,
  Inputs = Named<tf.Tensor>,
  Outputs = Named<tf.Tensor>,
> {
  /** Used in error messages and profiles. */
  readonly name: string;
  /** The function to compile, in tfjs operators. */
  readonly program: Program<NoInfer<State>, NoInfer<Constants>, Inputs, Outputs>;
  /** Initial state: stays with the engine between runs, is not copied to JavaScript at every run. */
  readonly state?: State;
  /**
   * Values that never change, such as the weights of a trained network: baked into the compiled model, which
   * is optimised for them.
   */
  readonly constants?: Constants;
  /**
   * Inputs like those to come, whose values matter. With them convolutions by constant filters are computed
   * in whole numbers of 8 bits, but for the first three and the last three: several times as fast where the
   * processor has instructions for it (AVX-512 VNNI, AVX-VNNI, AMX), and less precise. The first run measures
   * on these inputs between which numbers the images before and after each convolution lie; later ones beyond
   * are cut off. Only for ENGINE=onnx on the processor.
   */
  readonly int8?: readonly Arrays<Inputs>[];
  /** Which engine runs it; default: the environment variable ENGINE, else "onnx". */
  readonly engine?: EngineName;
}

/** What runs a compiled program: ONNX models, the default, or tfjs on one of its own backends. */
export type EngineName = "onnx" | "tensorflow" | "wasm" | "cpu";

/** A compiled program. One model for each set of input shapes is made at its first use and kept. */
export interface Compiled<Inputs = Named<Values>, Outputs = Named<Values>, State = Named<Values>> {
  /** Runs once. Runs of one program must not overlap when it has state. */
  run(inputs: Inputs): Promise<Outputs>;
  /** A copy of the present state. */
  readState(): Promise<State>;
  /** Replaces the state; names and shapes must be those of the initial state. */
  writeState(state: State): Promise<void>;
  /** Frees native memory. A later `run` is an error. */
  dispose(): Promise<void>;
}

/** Options and programs as the engine sees them, whatever their trees are. */
export type AnyProgram = (given: {
  readonly state: Tree<tf.Tensor>;
  readonly constants: Tree<tf.Tensor>;
  readonly inputs: Tree<tf.Tensor>;
}) => { readonly outputs: Tree<tf.Tensor>; readonly state?: Tree<tf.Tensor> };

export interface AnyOptions {
  readonly name: string;
  readonly program: AnyProgram;
  readonly state?: Tree<Values>;
  readonly constants?: Tree<Values>;
  readonly int8?: readonly Tree<Values>[];
}
