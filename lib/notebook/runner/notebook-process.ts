import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Failure, Output } from "../executor/output";
import { type CellReport, type CellRequest, readReport } from "./messages";

/** How a cell ended. */
export type CellEnd = Pick<Extract<CellReport, { type: "done" }>, "failure" | "values">;

/**
 * For how many milliseconds the streams of a process are still read after its end: a child of its own may
 * hold them open.
 */
const lastOutput = 1000;

/**
 * Makes the C library of Linux give memory back as soon as it is free: left to itself it keeps the memory of
 * each training that is over for the next array of the same size.
 */
const givingBack = { MALLOC_MMAP_THRESHOLD_: "1048576", MALLOC_TRIM_THRESHOLD_: "1048576" };

/** The process in which a notebook's cells run, one at a time. If it ends, the cell that it ran fails. */
export class NotebookProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;
  #markReady: () => void = () => {};
  readonly #send: (output: Output, cell: number) => void;
  #cell = 0;
  #finish?: (end: CellEnd) => void;
  #ended?: Failure;
  #peakMemory = 0;
  #patience?: NodeJS.Timeout;

  /**
   * Starts the process in `root`, with `env` in its environment. What cell number `cell` shows, even after
   * its end, goes to `send`.
   */
  constructor(
    root: string,
    send: (output: Output, cell: number) => void,
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#send = send;
    const token = randomUUID();
    this.#child = fork(join(__dirname, "process.ts"), [root, token], {
      cwd: root,
      env: { ...givingBack, ...process.env, ...env },
      execArgv: ["--require", join(__dirname, "preload.cjs")],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    // Native code prints without JavaScript noticing.
    let last = "";
    for (const name of ["stdout", "stderr"] as const) {
      this.#child[name]?.setEncoding("utf8").on("data", (text: string) => {
        if (name === "stderr") last = (last + text).slice(-10_000);
        send({ type: "stream", name, text }, this.#cell);
      });
    }
    this.#child.on("error", (error) => this.#end(error.message));
    this.#child.once("exit", (code, signal) => {
      const end = () => {
        clearTimeout(timer);
        const heap = exhaustedHeap(last);
        if (heap !== undefined) this.#peakMemory = Math.max(this.#peakMemory, heap);
        this.#end(heap === undefined ? lastWords(code, signal) : heapWords(heap));
        for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.destroy();
      };
      const timer = setTimeout(end, lastOutput);
      this.#child.once("close", end);
    });
    this.#ready = new Promise((resolve) => {
      this.#markReady = resolve;
    });
    this.#child.on("message", (message) => {
      const report = readReport(message, token);
      if (report) this.#hear(report);
    });
  }

  /** The peak memory of the process, in bytes. */
  get peakMemory(): number {
    return this.#peakMemory;
  }

  /** Runs a cell to its end, then reads the variables named in `read`. Its failure was sent too. */
  async execute(cell: number, source: string, read: readonly string[]): Promise<CellEnd> {
    this.#cell = cell;
    await this.#ready;
    if (this.#ended) {
      this.#send(this.#ended, cell);
      return { failure: this.#ended, values: {} };
    }
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#child.send({ type: "run", cell, source, read } satisfies CellRequest);
    });
  }

  /**
   * Asks the running cell to stop by itself, and ends the process if it hasn't after `patience` milliseconds.
   */
  stop(patience: number): void {
    if (this.#child.connected) this.#child.send({ type: "stop" } satisfies CellRequest);
    this.#patience ??= setTimeout(() => this.kill(), patience);
  }

  /** Ends the process at once. */
  kill(): void {
    clearTimeout(this.#patience);
    this.#child.kill("SIGKILL");
  }

  #hear(report: CellReport): void {
    if (report.type === "ready") {
      this.#markReady();
      return;
    }
    if (report.type === "output") {
      this.#send(report.output, report.cell);
      return;
    }
    this.#peakMemory = Math.max(this.#peakMemory, report.peakMemory);
    this.#finish?.(report);
    this.#finish = undefined;
  }

  #end(reason: string): void {
    clearTimeout(this.#patience);
    const evalue = `The notebook's process is gone. ${reason}`;
    this.#ended ??= {
      type: "error",
      ename: "ProcessEnded",
      evalue,
      traceback: [`ProcessEnded: ${evalue}`],
    };
    this.#markReady();
    if (!this.#finish) return;
    this.#send(this.#ended, this.#cell);
    this.#finish({ failure: this.#ended, values: {} });
    this.#finish = undefined;
  }
}

/** The size in bytes of a JavaScript heap that was used up, as V8's last words say; nothing otherwise. */
function exhaustedHeap(text: string): number | undefined {
  if (!/FATAL ERROR:.*JavaScript heap out of memory/.test(text)) return undefined;
  const sizes = [...text.matchAll(/\((\d+(?:\.\d+)?)\)(?= MB| ->)/g)].map(([, size]) => Number(size));
  return Math.max(0, ...sizes) * 2 ** 20;
}

const heapWords = (bytes: number) =>
  `Its JavaScript heap ran out of memory${bytes > 0 ? `, at ${Math.round(bytes / 2 ** 20)} MB` : ""}. Keep less ` +
  "at once, or allow more: NODE_OPTIONS=--max-old-space-size=8192, in MB.";

function lastWords(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGKILL") return "It was killed (SIGKILL); most likely the machine ran out of memory.";
  return `It ended with ${signal ? `signal ${signal}` : `exit code ${code}`}.`;
}
