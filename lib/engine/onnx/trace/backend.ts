import type * as tf from "@tensorflow/tfjs-core";
import { expected, UsageError } from "../../../errors";
import { shapeText } from "../../check";
import type { Tfjs } from "../../tfjs";
import { type Graph, NoWholeNumbers } from "../ir/graph";
import { type Traced, traced, tracedConstant } from "../ir/layout";
import { type Context, lowerings } from "../lower";
import type { Rewrite } from "../lower/operation";

/** The trace in progress: where nodes go, and whose they are. */
interface Session extends Context {
  /** For error messages: `program "name"`. */
  readonly owner: string;
}

/** What a trace begins with. */
interface Begun extends Pick<Session, "graph" | "owner" | "channelBlock"> {
  readonly rewrites: readonly Rewrite[];
}

/** tfjs's key to a tensor's data, which here is what the tensor stands for, and in which graph. */
class Held {
  constructor(
    readonly t: Traced,
    readonly graph?: Graph,
  ) {}
}

interface TracingBackend {
  /** The backend's name in tfjs. */
  readonly name: string;
  /** Runs `body` while kernels record into this session's graph. */
  during<T>(trace: Begun, body: () => T): T;
  /** A tfjs tensor for a traced one. */
  tensor(t: Traced): tf.Tensor;
  /** What a tfjs tensor stands for in the present session. */
  of(t: tf.TensorInfo): Traced;
}

let registered: TracingBackend | undefined;

/** The backend whose kernels record instead of computing, registered with tfjs at the first call. */
export function tracingBackend(library: Tfjs): TracingBackend {
  registered ??= register(library);
  return registered;
}

function register(library: Tfjs): TracingBackend {
  let session: Session | undefined;
  const present = () => {
    if (!session) throw expected("tensors of a compiled program to be used inside it", "a use outside");
    return session;
  };
  const backend = makeBackend(library, () => session);
  const of = ({ dataId }: tf.TensorInfo): Traced => {
    const { t, graph } = backend.held(dataId);
    if (graph === present().graph) return t;
    // A constant, such as a tensor made outside that an earlier trace used too.
    if (t.value.data)
      return traced(present().graph.constant(t.dtype, t.value.shape, t.value.data), t.shape, t.order);
    throw expected(
      `${present().owner} to use its own tensors`,
      `one of shape ${shapeText(t.shape)} that was kept from an earlier program`,
      "Return it as an output or as state, and pass it in.",
    );
  };

  // Another copy of this module may have registered its own.
  let name = "onnx-trace";
  for (let copy = 2; library.findBackendFactory(name); copy++) name = `onnx-trace-${copy}`;
  library.registerBackend(name, () => backend, 0);
  const cpu = library.getKernelsForBackend("cpu").map(({ kernelName }) => kernelName);
  for (const kernelName of new Set([...cpu, ...Object.keys(lowerings)])) {
    library.registerKernel({
      kernelName,
      backendName: name,
      kernelFunc: ({ inputs, attrs }) => {
        const given: Record<string, Traced> = {};
        for (const key in inputs) if (inputs[key]) given[key] = of(inputs[key] as tf.TensorInfo);
        const result = lower(present(), kernelName, given, attrs ?? {});
        return Array.isArray(result) ? result.map((t) => backend.hold(t)) : backend.hold(result);
      },
    });
  }

  return {
    name,
    of,
    during({ rewrites, ...next }, body) {
      const before = session;
      session = {
        ...next,
        util: library.backend_util,
        slices: library.slice_util,
        rewrites: rewrites.map(({ start }) => start()),
      };
      try {
        return withoutRandomness(next.owner, body);
      } finally {
        session = before;
      }
    },
    tensor: (t) => library.engine().makeTensorFromTensorInfo(backend.hold(t), backend),
  };
}

type Numbers = tf.backend_util.BackendValues;
const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

function makeBackend(library: Tfjs, session: () => Session | undefined) {
  class Backend extends library.KernelBackend {
    /** Data of tensors that were made on another backend. */
    private readonly moved = new library.DataStorage<Held>(this, library.engine());

    hold(t: Traced) {
      // tfjs copies the shape.
      return { dataId: new Held(t, session()?.graph), shape: t.shape as number[], dtype: t.dtype };
    }
    held(id: tf.DataId): Held {
      return id instanceof Held ? id : this.moved.get(id);
    }
    override move(id: tf.DataId, values: Numbers, shape: number[], dtype: tf.DataType): void {
      this.moved.set(id, this.write(values, shape, dtype));
    }
    /** A tensor made of numbers that are known while tracing: a constant of the model. */
    override write(values: Numbers, shape: number[], dtype: tf.DataType): Held {
      const { graph, owner } = session() ?? {};
      if (!graph) throw expected("tensors of a compiled program to be used inside it", "a use outside");
      if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
        throw expected(`${owner} to use float32, int32 or bool tensors`, `a ${dtype} tensor`);
      }
      const kept = values instanceof arrays[dtype];
      const data = kept ? (values as Float32Array) : arrays[dtype].from(values as Float32Array);
      return new Held(tracedConstant(graph, dtype, [...shape], data), graph);
    }
    override readSync(id: tf.DataId): Numbers {
      const { value, shape, dtype } = this.held(id).t;
      if (value.data && !(value.data instanceof BigInt64Array)) {
        if (value.shape.length > 0 || shape.length === 0) return value.data;
        return new arrays[dtype](library.util.sizeFromShape([...shape])).fill(Number(value.data[0]));
      }
      throw expected(
        `${session()?.owner ?? "a compiled program"} to compute without looking at values`,
        `a read (dataSync, arraySync, print or the like) of a ${dtype} tensor of shape ${shapeText(shape)}`,
        "Return it among the outputs and read it there, or choose with tf.where.",
      );
    }
    override async read(id: tf.DataId): Promise<Numbers> {
      return this.readSync(id);
    }
    override disposeData(id: tf.DataId): boolean {
      if (this.moved.has(id)) this.moved.delete(id);
      return true;
    }
    override refCount(): number {
      return 1;
    }
    override incRef(): void {}
    override numDataIds(): number {
      return this.moved.numDataIds();
    }
    override memory() {
      return { unreliable: false };
    }
    override floatPrecision(): 32 {
      return 32;
    }
    override dispose(): void {}
  }
  return new Backend();
}

type Given = Readonly<Record<string, Traced>>;

/** Lowers a kernel to ONNX, or names the kernel that failed and its operands. */
function lower(session: Session, kernel: string, inputs: Given, attrs: object) {
  const lowering = lowerings[kernel];
  if (!lowering) {
    throw expected(
      `${session.owner} to use operators that ENGINE=onnx knows`,
      callText(kernel, inputs),
      "Write it with other operators, add it to the tables in lib/engine/onnx/lower, or run with ENGINE=cpu.",
    );
  }
  try {
    return lowering(session, inputs, attrs);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof NoWholeNumbers) {
      throw expected(
        `${session.owner} to give ${kernel} float32 numbers, since onnxruntime computes it of no others`,
        callText(kernel, inputs),
        'Convert them: tf.cast(x, "float32").',
      );
    }
    const reason = error instanceof Error ? error.message : `${error}`;
    throw new Error(`${callText(kernel, inputs)}: ${reason}`, { cause: error });
  }
}

/** `Add(a: float32 [2, 3], b: float32 [])` */
function callText(kernel: string, inputs: Given): string {
  const kinds = Object.entries(inputs).map(([key, t]) => `${key}: ${t.dtype} ${shapeText(t.shape)}`);
  return `${kernel}(${kinds.join(", ")})`;
}

/** Refuses random numbers drawn while tracing, which would be the same in every run. */
function withoutRandomness<T>(owner: string, body: () => T): T {
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
