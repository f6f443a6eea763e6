import type { InferenceSession, Tensor } from "onnxruntime-node";
import { kindText } from "../check";
import type { CompileOptions, Named, Values } from "../program";
import { copyValues, mapNamed, type Runner } from "../runner";
import { loadTfjs } from "../tfjs";
import { findChannelBlock } from "./channel-block";
import { failure, loadOrt, type Ort, openSession, provider } from "./session";
import { names, trace } from "./tracer";
import { writeModel } from "./writer";

/** A model that is ready to run, for one set of input shapes. */
interface Ready {
  readonly session: InferenceSession;
  readonly outputs: readonly string[];
  readonly changesState: boolean;
}

let channelBlock: number | undefined;

/** Nodes of a model that takes long enough to optimise for keeping the result on disk. */
const worthKeeping = 500;

/** Whether onnxruntime finds something to do before a model runs: to fold, and to bring fixed filters into its order. */
const hasFixedParts = ({ constants }: CompileOptions) => Object.keys(constants ?? {}).length > 0;

/** Runs a program as one ONNX model. */
export function onnx(options: CompileOptions): Runner {
  const initial = options.state ?? {};
  const stateNames = Object.keys(initial);
  const models = new Map<string, Promise<Ready>>();
  let pending: Named<Values> | undefined = mapNamed(initial, copyValues);
  let state: Record<string, Tensor> = {};
  /** Where the next state goes: the memory of the state before this one. */
  let spare: Record<string, Tensor> | undefined;
  let ort: Ort | undefined;

  async function prepare(inputs: Named<Values>): Promise<Ready> {
    const library = await loadTfjs();
    channelBlock ??= provider() === "cpu" ? await findChannelBlock(ort as Ort, library) : 0;
    const { model, outputs, changesState } = trace(library, {
      name: options.name,
      program: options.program,
      state: initial,
      constants: options.constants ?? {},
      inputs,
      channelBlock,
    });
    const written = writeModel(options.name, model);
    const optimise = hasFixedParts(options);
    const session = await openSession(ort as Ort, options.name, written, {
      optimise,
      keepFor: optimise && model.nodes.length >= worthKeeping ? [channelBlock] : undefined,
    });
    return { session, outputs, changesState };
  }

  async function ready(inputs: Named<Values>): Promise<Ready> {
    ort ??= await loadOrt();
    const key = Object.keys(inputs)
      .sort()
      .map((name) => `${name}: ${kindText(inputs[name])}`)
      .join();
    let model = models.get(key);
    if (!model) {
      model = prepare(inputs);
      models.set(key, model);
      model.catch(() => models.delete(key));
    }
    return model;
  }

  return {
    async run(inputs) {
      const { session, outputs, changesState } = await ready(inputs);
      const tensor = toTensor(ort as Ort);
      if (pending) {
        state = mapNamed(pending, tensor);
        pending = undefined;
      }
      const feeds: Record<string, Tensor> = {};
      for (const [name, values] of Object.entries(inputs)) feeds[names.input(name)] = tensor(values);
      for (const name of stateNames) feeds[names.state(name)] = state[name];
      const fetches: Record<string, Tensor | null> = {};
      for (const name of outputs) fetches[names.output(name)] = null;
      if (changesState) {
        spare ??= mapNamed(initial, (values) => tensor({ shape: values.shape, data: values.data.slice() }));
        for (const name of stateNames) fetches[names.next(name)] = spare[name];
      }
      const results = await session.run(feeds, fetches).catch((error: unknown) => {
        throw failure(options.name, "its run failed", error);
      });
      if (changesState) [state, spare] = [spare as Record<string, Tensor>, state];
      return Object.fromEntries(
        outputs.map((name) => [name, fromTensor(results[names.output(name)] as Tensor)]),
      );
    },
    readState: async () =>
      pending ? mapNamed(pending, copyValues) : mapNamed(state, (value) => copyValues(fromTensor(value))),
    async writeState(values) {
      pending = mapNamed(values, copyValues);
    },
    async dispose() {
      for (const model of models.values()) await (await model).session.release();
      models.clear();
      state = {};
      spare = undefined;
    },
  };
}

const toTensor =
  (ort: Ort) =>
  ({ shape, data }: Values): Tensor =>
    data instanceof Int32Array
      ? new ort.Tensor("int32", data, [...shape])
      : new ort.Tensor("float32", data, [...shape]);

function fromTensor(tensor: Tensor): Values {
  const { data, dims } = tensor;
  const kept = data instanceof Float32Array || data instanceof Int32Array;
  return {
    shape: [...dims],
    data: kept ? (data as Float32Array | Int32Array) : Int32Array.from(data as Uint8Array),
  };
}
