// Runs in a Web Worker: the library's models and solvers, on tfjs's WebAssembly backend.

import { startWasm } from "../../engine/tfjs.browser";
import { modelVelocity } from "../../experiments/models/velocity";
import type { Field } from "../../fields/field";
import { type CarriedModel, unpackModel } from "../packing/model";
import { unpack } from "../packing/packed";
import { fromSevenBit } from "../packing/seven-bit";
import type { FromWorker, TaskName, Tasks, ToWorker } from "../protocol";
import { drawClass } from "../work/classes";
import type { Bench } from "../work/flow";
import { fillHole } from "../work/in-painting";
import { planeFlow } from "../work/plane";
import { sharpen } from "../work/super-resolution";

interface Carried {
  readonly model: CarriedModel;
  readonly b: Field;
}

let wasm: Promise<unknown> = new Promise(() => {});
const models = new Map<string, Promise<Carried>>();
const running = new Map<number, AbortController>();

const send = (message: FromWorker, transfer: Transferable[] = []) => postMessage(message, { transfer });

// Messages that came meanwhile are handled before this one returns.
const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => waiting.shift()?.();
const pause = () =>
  new Promise<void>((resolve) => {
    waiting.push(resolve);
    port2.postMessage(undefined);
  });

async function carried(name: string): Promise<Carried> {
  const found = models.get(name);
  if (!found) throw new Error(`The page doesn't carry the model "${name}".`);
  await wasm;
  return found;
}

type Perform = {
  readonly [Name in TaskName]: (given: Tasks[Name]["given"], bench: Bench) => Promise<Tasks[Name]["result"]>;
};

const perform: Perform = {
  "in-painting": fillHole,
  "super-resolution": sharpen,
  classes: (given, bench) =>
    drawClass(given, { ...bench, bases: async (name) => (await carried(name)).model.bases }),
  plane: planeFlow,
};

async function run<Name extends TaskName>(job: number, name: Name, given: Tasks[Name]["given"]) {
  const abort = new AbortController();
  running.set(job, abort);
  try {
    const result = await perform[name](given, {
      velocity: async (model) => (await carried(model)).b,
      onState: ({ t, x, nfe }) => send({ kind: "state", job, t, x, nfe }, [x.buffer]),
      pause,
      signal: abort.signal,
    });
    send({ kind: "done", job, result });
  } catch (error) {
    const message = error instanceof Error ? error.message : `${error}`;
    send({ kind: "failed", job, message, stopped: abort.signal.aborted });
  } finally {
    running.delete(job);
  }
}

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "wasm") {
    const from = performance.now();
    wasm = unpack(fromSevenBit(data.text)).then(startWasm);
    wasm.then(
      () => send({ kind: "ready", milliseconds: performance.now() - from }),
      (error: Error) => send({ kind: "broken", message: error.message }),
    );
  } else if (data.kind === "model") {
    const { name, text } = data;
    if (models.has(name)) return;
    const made = unpackModel(fromSevenBit(text), name).then((model) => ({ model, b: modelVelocity(model) }));
    made.catch(() => {}); // reported by the task that needs it
    models.set(name, made);
  } else if (data.kind === "stop") running.get(data.job)?.abort();
  else void run(data.job, data.name, data.given);
});
