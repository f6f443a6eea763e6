import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Failure, Output } from "../executor/output";
import type { Report, Request } from "./messages";

/** A cell that came to its end. */
export type Finished = Pick<Extract<Report, { type: "done" }>, "failure" | "values">;

/** The process in which a notebook's cells run, one at a time. If it ends, the cell that it ran fails. */
export class NotebookProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;
  readonly #send: (output: Output, cell: number) => void;
  #cell = 0;
  #finish?: (finished: Finished) => void;
  #ended?: Failure;
  #peakMemory = 0;

  /** Starts the process in `root`. What cell number `cell` shows, even after its end, goes to `send`. */
  constructor(root: string, send: (output: Output, cell: number) => void) {
    this.#send = send;
    this.#child = fork(join(__dirname, "process.ts"), [root], {
      cwd: root,
      execArgv: ["--import", `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    // Native code prints past JavaScript.
    for (const name of ["stdout", "stderr"] as const) {
      this.#child[name]
        ?.setEncoding("utf8")
        .on("data", (text: string) => send({ type: "stream", name, text }, this.#cell));
    }
    this.#child.on("error", (error) => this.#end(error.message));
    this.#child.on("close", (code, signal) => this.#end(lastWords(code, signal)));
    this.#ready = new Promise((resolve) => {
      this.#child.once("close", resolve).once("error", resolve);
      this.#child.on("message", (report: Report) => {
        if (report.type === "ready") resolve();
        else this.#hear(report);
      });
    });
  }

  /** The most memory that the process was seen to hold, in bytes. */
  get peakMemory(): number {
    return this.#peakMemory;
  }

  /** Runs a cell to its end, then reads the variables named in `read`. Its failure was sent too. */
  async execute(cell: number, source: string, read: readonly string[]): Promise<Finished> {
    this.#cell = cell;
    await this.#ready;
    if (this.#ended) {
      this.#send(this.#ended, cell);
      return { failure: this.#ended, values: {} };
    }
    return new Promise((resolve) => {
      this.#finish = resolve;
      this.#child.send({ cell, source, read } satisfies Request);
    });
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #hear(report: Exclude<Report, { type: "ready" }>): void {
    if (report.type === "output") {
      this.#send(report.output, report.cell);
      return;
    }
    this.#peakMemory = Math.max(this.#peakMemory, report.peakMemory);
    this.#finish?.(report);
    this.#finish = undefined;
  }

  #end(reason: string): void {
    const evalue = `The notebook's process is gone. ${reason}`;
    this.#ended ??= {
      type: "error",
      ename: "ProcessEnded",
      evalue,
      traceback: [`ProcessEnded: ${evalue}`],
    };
    if (!this.#finish) return;
    this.#send(this.#ended, this.#cell);
    this.#finish({ failure: this.#ended, values: {} });
    this.#finish = undefined;
  }
}

function lastWords(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGKILL") return "It was killed (SIGKILL); most likely the machine ran out of memory.";
  return `It ended with ${signal ? `signal ${signal}` : `exit code ${code}`}.`;
}
