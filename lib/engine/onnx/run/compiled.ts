import type { InferenceSession, Tensor } from "onnxruntime-node";
import { expected } from "../../../errors";
import { kindText } from "../../check";
import type { AnyOptions, Named, Values } from "../../program";
import { copyValues, inTree, type Runner } from "../../runner";
import { loadTfjs } from "../../tfjs";
import { flatten, mapTree, type Tree } from "../../tree";
import { type Examples, reducer } from "../int8";
import { peakBytes } from "../ir/peak-bytes";
import { writeModel } from "../ir/writer";
import { fitToProvider } from "../provider";
import { provider } from "../provider/provider";
import { names, type Trace, trace } from "../trace/tracer";
import { findChannelBlock } from "./channel-block";
import { type Resting, rest, wake } from "./resting";
import { loadOrt, type Ort, openSession, runFailure } from "./session";

/** A model that is ready to run, for one set of input shapes. */
interface Ready extends Resting {
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
  /** Those of them that are open, and how many runs of each are under way. */
  const open = new Map<string, Ready>();
  const running = new Map<string, number>();
  let pending: Named<Values> | undefined = mapLeaves(initial, copyValues);
  let state: Record<string, Tensor> = {};
  /** Where the next state goes: the memory of the state before this one. */
  let spare: Record<string, Tensor> | undefined;
  let ort: Ort | undefined;
  const inInt8 = reducer(options.name);

  async function prepare(key: string, inputs: Tree<Values>): Promise<Ready> {
    ort ??= await loadOrt();
    const library = await loadTfjs();
    channelBlock ??= provider() === "cpu" ? await findChannelBlock(ort as Ort, library) : 0;
    const traced = (inputs: Tree<Values>) =>
      trace(library, {
        name: options.name,
        program: options.program,
        state: stateTree,
        constants: options.constants ?? {},
        inputs,
        channelBlock: channelBlock as number,
      });
    const { model: float, outputs, changesState } = traced(inputs);
    const model = options.int8
      ? await inInt8(ort as Ort, float, () => examples(traced))
      : await fitToProvider(ort as Ort, provider(), `program "${options.name}"`, float);
    const written = writeModel(options.name, model);
    const optimise = hasFixedParts(options);
    const session = await openSession(ort as Ort, options.name, written, {
      optimise,
      keepFor: optimise && model.nodes.length >= worthKeeping ? [channelBlock] : undefined,
    });
    const ready: Ready = {
      ...{ session, outputs, fetched: Object.values(flatten(outputs)), changesState },
      bytes: peakBytes(model),
      async close() {
        models.delete(key);
        open.delete(key);
        await session.release();
      },
    };
    open.set(key, ready);
    return ready;
  }

  /** The examples for int8, with a model for those of each shape. */
  function examples(traced: (inputs: Tree<Values>) => Trace): Examples[] {
    if (provider() !== "cpu") {
      throw expected("the processor for int8", `ENGINE_PROVIDER=${provider()}`, "Unset it.");
    }
    const given = options.int8 ?? [];
    const kinds = given.map((inputs) => kindsOf(flatten(inputs)));
    return [...new Set(kinds)].map((kind) => {
      const group = given.filter((_, i) => kinds[i] === kind);
      return { model: traced(group[0]).model, feeds: group.map((inputs) => feedsOf(flatten(inputs))) };
    });
  }

  /** What a model is told of its inputs. */
  function feedsOf(leaves: Named<Values>): Record<string, Tensor> {
    const tensor = toTensor(ort as Ort);
    const entries = Object.entries(leaves).map(([key, values]) => [names.input(key), tensor(values)]);
    return Object.fromEntries(entries);
  }

  /** Runs `body` with the model for such inputs, which is closed some time later if it has no state. */
  async function withModel<T>(
    inputs: Tree<Values>,
    leaves: Named<Values>,
    body: (model: Ready) => Promise<T>,
  ): Promise<T> {
    const key = kindsOf(leaves);
    const known = open.get(key);
    if (known) wake(known);
    running.set(key, (running.get(key) ?? 0) + 1);
    let model = models.get(key);
    if (!model) {
      model = prepare(key, inputs);
      models.set(key, model);
      model.catch(() => models.delete(key));
    }
    try {
      return await body(await model);
    } finally {
      const left = (running.get(key) ?? 1) - 1;
      running.set(key, left);
      const opened = open.get(key);
      if (opened && left === 0 && stateKeys.length === 0) await rest(opened);
    }
  }

  return {
    run: (inputs, leaves) =>
      withModel(inputs, leaves, async ({ session, outputs, fetched, changesState }) => {
        const tensor = toTensor(ort as Ort);
        if (pending) {
          state = mapLeaves(pending, tensor);
          pending = undefined;
        }
        const feeds = feedsOf(leaves);
        for (const key of stateKeys) feeds[names.state(key)] = state[key];
        const fetches: Record<string, Tensor | null> = {};
        for (const name of fetched) fetches[name] = null;
        if (changesState) {
          spare ??= mapLeaves(initial, (values) => tensor(copyValues(values)));
          for (const key of stateKeys) fetches[names.next(key)] = spare[key];
        }
        const results = await session.run(feeds, fetches).catch((error: unknown) => {
          throw runFailure(options.name, error);
        });
        if (changesState) [state, spare] = [spare as Record<string, Tensor>, state];
        return mapTree(outputs, (name) => fromTensor(results[name] as Tensor));
      }),
    readState: async () => {
      const present = pending ?? mapLeaves(state, fromTensor);
      return inTree(stateTree, mapLeaves(present, copyValues));
    },
    async writeState(values) {
      pending = mapLeaves(flatten(values), copyValues);
    },
    async dispose() {
      for (const model of [...models.values()]) {
        const opened = await model;
        wake(opened);
        await opened.close();
      }
      state = {};
      spare = undefined;
    },
  };
}

/** The names, formats and shapes of inputs, as a key. */
const kindsOf = (leaves: Named<Values>): string =>
  JSON.stringify(
    Object.entries(leaves)
      .map(([key, values]) => `${key}: ${kindText(values)}`)
      .sort(),
  );

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
