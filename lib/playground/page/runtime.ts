import { unpack } from "../packing/packed";
import { fromSevenBit } from "../packing/seven-bit";
import type { FromWorker, TaskName, Tasks, ToWorker } from "../protocol";

/** A task was given up for a newer one. */
export class Stopped extends Error {}

type State = Extract<FromWorker, { kind: "state" }>;

interface Job {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
  readonly onState?: (state: State) => void;
}

/** The one worker of a page, which all of its live figures share. It starts with the first task. */
export interface Runtime {
  /** Runs a task; the one before for the same `owner` and `slot` is given up. */
  run<Name extends TaskName>(
    name: Name,
    given: Tasks[Name]["given"],
    options: { readonly owner: object; readonly slot?: string; readonly onState?: (state: State) => void },
  ): Promise<Tasks[Name]["result"]>;
}

const textOf = (selector: string): string => {
  const element = document.querySelector(selector);
  if (!element) throw new Error(`The page lacks ${selector}.`);
  return element.textContent ?? "";
};

export function runtime(): Runtime {
  const jobs = new Map<number, Job>();
  const current = new WeakMap<object, Map<string, number>>();
  const sent = new Set<string>();
  let count = 0;
  let started: Promise<Worker> | undefined;

  const start = async (): Promise<Worker> => {
    const source = await unpack(fromSevenBit(textOf("script[data-play-worker]")));
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(url);
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => receive(data);
    worker.onerror = ({ message }) => failAll(message);
    post(worker, { kind: "wasm", text: textOf("script[data-play-wasm]") });
    return worker;
  };
  const post = (worker: Worker, message: ToWorker) => worker.postMessage(message);

  const failAll = (message: string) => {
    for (const { reject } of jobs.values()) reject(new Error(message));
    jobs.clear();
  };

  const receive = (message: FromWorker) => {
    if (message.kind === "ready") {
      document.documentElement.dataset["playReady"] = message.milliseconds.toFixed(0);
      return;
    }
    if (message.kind === "broken") return failAll(message.message);
    const job = jobs.get(message.job);
    if (!job) return;
    if (message.kind === "state") return job.onState?.(message);
    jobs.delete(message.job);
    if (message.kind === "done") job.resolve(message.result as never);
    else job.reject(message.stopped ? new Stopped() : new Error(message.message));
  };

  return {
    async run(name, given, { owner, slot = "", onState }) {
      const slots = current.get(owner) ?? new Map<string, number>();
      current.set(owner, slots);
      const before = slots.get(slot);
      const number = ++count;
      slots.set(slot, number);
      started ??= start();
      const worker = await started;
      if (before !== undefined) {
        post(worker, { kind: "stop", job: before });
        jobs.get(before)?.reject(new Stopped());
        jobs.delete(before);
      }
      if (slots.get(slot) !== number) throw new Stopped();
      const { model } = given as { readonly model?: string };
      if (model !== undefined && !sent.has(model)) {
        sent.add(model);
        post(worker, {
          kind: "model",
          name: model,
          text: textOf(`script[data-play-model="${CSS.escape(model)}"]`),
        });
      }
      return new Promise((resolve, reject) => {
        jobs.set(number, { resolve: resolve as Job["resolve"], reject, onState });
        post(worker, { kind: "task", job: number, name, given } as ToWorker);
      });
    },
  };
}
