import type * as tf from "@tensorflow/tfjs";
import { expected, UsageError } from "../../errors";
import { shapeText } from "../check";
import type { Named, Program, Values } from "../program";
import { applyProgram, mapNamed } from "../runner";
import { type Tfjs, withBackend } from "../tfjs";
import { Graph, type Model, type NamedValue } from "./graph";
import { type Context, lowerings } from "./lower";
import { constant, type Dtype, dense, type Traced, traced } from "./traced";

const backendName = "onnx-trace";

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

  return withBackend(library, backendName, () =>
    backend.during({ graph, owner, channelBlock: options.channelBlock }, () =>
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
        const done: Trace = {
          model: graph.finish(outputs),
          outputs: Object.keys(result.outputs),
          changesState: result.state !== undefined,
        };
        return done as unknown as tf.TensorContainer;
      }),
    ),
  ) as unknown as Trace;
}

interface Session {
  readonly graph: Graph;
  readonly owner: string;
  readonly channelBlock: number;
}

interface Tracing {
  /** Runs `body` while kernels record into this session's graph. */
  during<T>(session: Session, body: () => T): T;
  tensor(t: Traced): tf.Tensor;
  of(t: tf.TensorInfo): Traced;
}

let registered: Tracing | undefined;

/** Registers the tracing backend and its kernels with tfjs, once. */
function tracingBackend(library: Tfjs): Tracing {
  registered ??= register(library);
  return registered;
}

function register(library: Tfjs): Tracing {
  let session: Session | undefined;
  const present = () => {
    if (!session) throw expected("tensors of a compiled program to be used inside it", "a use outside");
    return session;
  };

  class Backend extends library.KernelBackend {
    readonly data = new library.DataStorage<Traced>(this, library.engine());

    hold(t: Traced): tf.DataId {
      const id = {};
      this.data.set(id, t);
      return id;
    }
    override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
      return this.hold(this.fixed(values, shape, dtype));
    }
    override move(
      id: tf.DataId,
      values: tf.backend_util.BackendValues,
      shape: number[],
      dtype: tf.DataType,
    ): void {
      this.data.set(id, this.fixed(values, shape, dtype));
    }
    /** A tensor made of numbers that are known while tracing: a constant of the model. */
    private fixed(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): Traced {
      if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
        throw expected(`${present().owner} to use float32, int32 or bool tensors`, `a ${dtype} tensor`);
      }
      const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
      const kept = values instanceof arrays[dtype];
      const data = kept ? (values as Float32Array) : arrays[dtype].from(values as Float32Array);
      return constant(present().graph, dtype, [...shape], data);
    }
    override readSync(id: tf.DataId): tf.backend_util.BackendValues {
      const { value, shape, dtype } = this.data.get(id);
      if (value.data && !(value.data instanceof BigInt64Array)) {
        const size = library.util.sizeFromShape([...shape]);
        return value.shape.length === 0 ? new Float32Array(size).fill(Number(value.data[0])) : value.data;
      }
      throw expected(
        `${session?.owner ?? "a compiled program"} to compute without looking at values`,
        `a read (dataSync, arraySync, print or the like) of a ${dtype} tensor of shape ${shapeText(shape)}`,
        "Return it among the outputs and read it there, or choose with tf.where.",
      );
    }
    override async read(id: tf.DataId): Promise<tf.backend_util.BackendValues> {
      return this.readSync(id);
    }
    override disposeData(id: tf.DataId): boolean {
      if (this.data.has(id)) this.data.delete(id);
      return true;
    }
    override refCount(): number {
      return 1;
    }
    override incRef(): void {}
    override numDataIds(): number {
      return this.data.numDataIds();
    }
    override memory() {
      return { unreliable: false };
    }
    override floatPrecision(): 32 {
      return 32;
    }
    override dispose(): void {}
  }

  const backend = new Backend();
  library.registerBackend(backendName, () => backend, 0);
  const known = new Set([
    ...library.getKernelsForBackend("cpu").map((k) => k.kernelName),
    ...Object.keys(lowerings),
  ]);
  for (const kernelName of known) {
    library.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => {
        const { graph, owner, channelBlock } = present();
        const context: Context = {
          graph,
          channelBlock,
          util: library.backend_util,
          slices: library.slice_util,
        };
        const given = Object.fromEntries(
          Object.entries(inputs ?? {}).flatMap(([name, info]) =>
            info ? [[name, backend.data.get((info as tf.TensorInfo).dataId)]] : [],
          ),
        );
        const info = (t: Traced): tf.TensorInfo => ({
          dataId: backend.hold(t),
          shape: [...t.shape],
          dtype: t.dtype,
        });
        const lowering = lowerings[kernelName];
        if (!lowering) throw unknownOperator(owner, kernelName, given);
        try {
          const result = lowering(context, given, attrs ?? {});
          return Array.isArray(result) ? result.map(info) : info(result);
        } catch (error) {
          if (error instanceof UsageError) throw error;
          const reason = error instanceof Error ? error.message : `${error}`;
          throw new Error(`${call(kernelName, given)}: ${reason}`, { cause: error });
        }
      },
    });
  }

  return {
    during(next, body) {
      const before = session;
      session = next;
      try {
        return withoutChance(next.owner, body);
      } finally {
        session = before;
      }
    },
    tensor: (t) =>
      library
        .engine()
        .makeTensorFromTensorInfo(
          { dataId: backend.hold(t), shape: [...t.shape], dtype: t.dtype as Dtype },
          backend,
        ),
    of: (t) => backend.data.get(t.dataId),
  };
}

const call = (kernel: string, inputs: Readonly<Record<string, Traced>>) =>
  `${kernel}(${Object.entries(inputs)
    .map(([name, t]) => `${name}: ${t.dtype} ${shapeText(t.shape)}`)
    .join(", ")})`;

function unknownOperator(
  owner: string,
  kernel: string,
  inputs: Readonly<Record<string, Traced>>,
): UsageError {
  return expected(
    `${owner} to use operators that ENGINE=onnx knows`,
    call(kernel, inputs),
    "Write it with other operators, add it to the tables in lib/engine/onnx/lower, or run with ENGINE=cpu.",
  );
}

/** Random numbers drawn while tracing would be the same in every run: refused rather than baked in. */
function withoutChance<T>(owner: string, body: () => T): T {
  const { random } = Math;
  Math.random = () => {
    throw expected(
      `${owner} to be a function of its inputs`,
      "a draw of random numbers inside it",
      "Draw them outside and pass them as an input.",
    );
  };
  try {
    return body();
  } finally {
    Math.random = random;
  }
}
