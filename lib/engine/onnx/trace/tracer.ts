import type * as tf from "@tensorflow/tfjs-core";
import { withBackend } from "../../backend";
import type { AnyProgram, Values } from "../../program";
import { applyProgram } from "../../runner";
import type { Tfjs } from "../../tfjs";
import { flatten, mapTree, type Tree } from "../../tree";
import { rewrites as allRewrites } from "../fuse";
import { Graph, type Model, type NamedValue } from "../ir/graph";
import { contiguous, type Traced, traced, tracedConstant } from "../ir/layout";
import type { Rewrite } from "../lower/operation";
import { tracingBackend } from "./backend";

/** What goes into a trace: shapes and formats of inputs and state, and the constants themselves. */
export interface TraceOptions {
  readonly name: string;
  readonly program: AnyProgram;
  readonly state: Tree<Values>;
  readonly constants: Tree<Values>;
  readonly inputs: Tree<Values>;
  /** Channels in one block of onnxruntime's blocked convolutions on this machine; 0 without them. */
  readonly channelBlock: number;
  /** What operations are rewritten by, in this order. Default: all that there are, see fuse/index.ts. */
  readonly rewrites?: readonly Rewrite[];
}

/** A traced program. */
export interface Trace {
  readonly model: Model;
  /** For each output of the program, the model's name for it. */
  readonly outputs: Tree<string>;
  /** Whether the program returned state. */
  readonly changesState: boolean;
}

/** What a model's inputs and outputs are called, by the keys of their leaves: `input/batch/x`. */
export const names = {
  input: (key: string) => `input${key}`,
  state: (key: string) => `state${key}`,
  output: (key: string) => `output${key}`,
  next: (key: string) => `next${key}`,
};

/**
 * Runs a program once on symbolic tensors and returns the model of what it computed. tfjs's own gradients
 * are recorded like everything else. The active backend is the same afterwards, and no tensor is left.
 */
export function trace(library: Tfjs, options: TraceOptions): Trace {
  const { channelBlock, rewrites = allRewrites } = options;
  const backend = tracingBackend(library);
  const owner = `program "${options.name}"`;
  const graph = new Graph();
  const symbol = (name: string, { shape, data }: Values) =>
    traced(graph.input(name, data instanceof Int32Array ? "int32" : "float32", [...shape]));

  return withBackend(library, backend.name, () =>
    backend.during({ graph, owner, channelBlock, rewrites }, () => {
      const done: Trace[] = []; // not returned from tidy, which would search the whole graph for tensors
      library.tidy(() => {
        const given = (make: (values: Values, key: string) => Traced, tree: Tree<Values>) =>
          mapTree(tree, (values, key) => backend.tensor(make(values, key)));
        const fixed = ({ shape, data }: Values) =>
          tracedConstant(graph, data instanceof Int32Array ? "int32" : "float32", [...shape], data);
        const result = applyProgram(options, {
          state: given((values, key) => symbol(names.state(key), values), options.state),
          inputs: given((values, key) => symbol(names.input(key), values), options.inputs),
          constants: given(fixed, options.constants),
        });
        const value = (t: tf.Tensor) => contiguous(graph, backend.of(t));
        const valuesOf = (tree: Tree<tf.Tensor>, name: (key: string) => string): NamedValue[] =>
          Object.entries(flatten(tree)).map(([key, t]) => ({ name: name(key), value: value(t) }));
        const { outputs, state = {} } = result;
        done.push({
          model: graph.finish([...valuesOf(outputs, names.output), ...valuesOf(state, names.next)]),
          outputs: mapTree(outputs, (_, key) => names.output(key)),
          changesState: result.state !== undefined,
        });
      });
      return done[0];
    }),
  );
}
