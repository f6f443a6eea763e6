import type { InferenceSession, Tensor } from "onnxruntime-node";
import { kindText } from "../../check";
import type { AnyOptions, Named, Values } from "../../program";
import { copyValues, inTree, type Runner } from "../../runner";
import { loadTfjs } from "../../tfjs";
import { flatten, mapTree, type Tree } from "../../tree";
import { writeModel } from "../ir/writer";
import { names, trace } from "../trace/tracer";
import { findChannelBlock } from "./channel-block";
import { failure, loadOrt, type Ort, openSession, provider } from "./session";

/** A model that is ready to run, for one set of input shapes. */
interface Ready {
  readonly session: InferenceSession;
  readonly outputs: Tree<string>;
  /** The names among them, of what is fetched. */
  readonly fetched: readonly string[];
  readonly changesState: boolean;
}

let channelBlock: number | undefined;

/** Models with at least this many nodes take so long to optimise that the result is kept on disk. */
const worthKeeping = 500;

/** Whether onnxruntime has anything to do ahead of a run: constants to fold, fixed filters to reorder. */
const hasFixedParts = ({ constants = {} }: AnyOptions) => Object.keys(flatten(constants)).length > 0;

/** Runs a program as one ONNX model. */
export function onnx(options: AnyOptions): Runner {
  const stateTree = options.state ?? {};
  const initial = flatten(stateTree);
  const stateKeys = Object.keys(initial);
  const models = new Map<string, Promise<Ready>>();
  let pending: Named<Values> | undefined = mapLeaves(initial, copyValues);
  let state: Record<string, Tensor> = {};
  /** Where the next state goes: the memory of the state before this one. */
  let spare: Record<string, Tensor> | undefined;
  let ort: Ort | undefined;

  async function prepare(inputs: Tree<Values>): Promise<Ready> {
    const library = await loadTfjs();
    channelBlock ??= provider() === "cpu" ? await findChannelBlock(ort as Ort, library) : 0;
    const { model, outputs, changesState } = trace(library, {
      name: options.name,
      program: options.program,
      state: stateTree,
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
    return { session, outputs, fetched: Object.values(flatten(outputs)), changesState };
  }

  async function ready(inputs: Tree<Values>, leaves: Named<Values>): Promise<Ready> {
    ort ??= await loadOrt();
    const kinds = Object.entries(leaves).map(([key, values]) => `${key}: ${kindText(values)}`);
    const key = JSON.stringify(kinds.sort());
    let model = models.get(key);
    if (!model) {
      model = prepare(inputs);
      models.set(key, model);
      model.catch(() => models.delete(key));
    }
    return model;
  }

  return {
    async run(inputs, leaves) {
      const { session, outputs, fetched, changesState } = await ready(inputs, leaves);
      const tensor = toTensor(ort as Ort);
      if (pending) {
        state = mapLeaves(pending, tensor);
        pending = undefined;
      }
      const feeds: Record<string, Tensor> = {};
      for (const [key, values] of Object.entries(leaves)) {
        feeds[names.input(key)] = tensor(values);
      }
      for (const key of stateKeys) feeds[names.state(key)] = state[key];
      const fetches: Record<string, Tensor | null> = {};
      for (const name of fetched) fetches[name] = null;
      if (changesState) {
        spare ??= mapLeaves(initial, (values) => tensor(copyValues(values)));
        for (const key of stateKeys) fetches[names.next(key)] = spare[key];
      }
      const results = await session.run(feeds, fetches).catch((error: unknown) => {
        throw failure(options.name, "its run failed", error);
      });
      if (changesState) [state, spare] = [spare as Record<string, Tensor>, state];
      return mapTree(outputs, (name) => fromTensor(results[name] as Tensor));
    },
    readState: async () => {
      const present = pending ?? mapLeaves(state, fromTensor);
      return inTree(stateTree, mapLeaves(present, copyValues));
    },
    async writeState(values) {
      pending = mapLeaves(flatten(values), copyValues);
    },
    async dispose() {
      for (const model of models.values()) await (await model).session.release();
      models.clear();
      state = {};
      spare = undefined;
    },
  };
}

const mapLeaves = <A, B>(leaves: Named<A>, f: (leaf: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(leaves).map(([key, leaf]) => [key, f(leaf)]));

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
