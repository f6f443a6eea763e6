import type * as tf from "@tensorflow/tfjs";
import type { Named, Program, Values } from "../program";
import { applyProgram, mapNamed } from "../runner";
import { type Tfjs, withBackend } from "../tfjs";
import { Graph, type Model, type NamedValue } from "./graph";
import { constant, dense, type Traced, traced } from "./traced";
import { tracingBackend } from "./tracing-backend";

/** What goes into a trace: shapes and formats of inputs and state, and the constants themselves. */
export interface TraceOptions {
  readonly name: string;
  readonly program: Program;
  readonly state: Named<Values>;
  readonly constants: Named<Values>;
  readonly inputs: Named<Values>;
  readonly channelBlock: number;
}

/** A traced program, and the names of its model's inputs and outputs. */
export interface Trace {
  readonly model: Model;
  readonly outputs: readonly string[];
  /** Whether the program returned state. */
  readonly changesState: boolean;
}

export const names = {
  input: (name: string) => `input/${name}`,
  state: (name: string) => `state/${name}`,
  output: (name: string) => `output/${name}`,
  next: (name: string) => `next/${name}`,
};

/**
 * Runs a program once on symbolic tensors and returns the model of what it computed. tfjs's own gradients
 * are recorded like everything else. The active backend is the same afterwards, and no tensor is left.
 */
export function trace(library: Tfjs, options: TraceOptions): Trace {
  const backend = tracingBackend(library);
  const owner = `program "${options.name}"`;
  const graph = new Graph();
  const symbol = (name: string, { shape, data }: Values) =>
    traced(graph.input(name, data instanceof Int32Array ? "int32" : "float32", [...shape]));

  return withBackend(library, backend.name, () =>
    backend.during({ graph, owner, channelBlock: options.channelBlock }, () => {
      const done: Trace[] = []; // not returned from tidy, which would search the whole graph for tensors
      library.tidy(() => {
        const given = (make: (values: Values, name: string) => Traced, named: Named<Values>) =>
          mapNamed(named, (values, name) => backend.tensor(make(values, name)));
        const fixed = ({ shape, data }: Values) =>
          constant(graph, data instanceof Int32Array ? "int32" : "float32", [...shape], data);
        const result = applyProgram(options, {
          state: given((values, name) => symbol(names.state(name), values), options.state),
          inputs: given((values, name) => symbol(names.input(name), values), options.inputs),
          constants: given(fixed, options.constants),
        });
        const value = (t: tf.Tensor) => dense(graph, backend.of(t));
        const outputs: NamedValue[] = [
          ...Object.entries(result.outputs).map(([name, t]) => ({
            name: names.output(name),
            value: value(t),
          })),
          ...Object.entries(result.state ?? {}).map(([name, t]) => ({
            name: names.next(name),
            value: value(t),
          })),
        ];
        done.push({
          model: graph.finish(outputs),
          outputs: Object.keys(result.outputs),
          changesState: result.state !== undefined,
        });
      });
      return done[0];
    }),
  );
}
