import { typescript } from "../executor/converter";
import type { Executor } from "../executor/executor";
import type { Failure, Output } from "../executor/output";
import { notebookMetadata } from "../nbformat";
import { explanationBundle } from "./hover";
import { isCompleteCode } from "./tslab";

/** The content of a request to run a cell. */
export interface ExecuteRequest {
  readonly code: string;
  readonly silent?: boolean;
  readonly stop_on_error?: boolean;
}

/** The content of the reply to it. */
export type ExecuteReply =
  | {
      readonly status: "ok";
      readonly execution_count: number;
      readonly payload: [];
      readonly user_expressions: object;
    }
  | ({ readonly status: "error"; readonly execution_count: number } & Omit<Failure, "type">)
  | { readonly status: "aborted" };

/**
 * Answers a front end's requests with an executor. Cells run one after the other, in the order of the
 * requests.
 */
export class Handler {
  readonly #executor: Executor;
  #queue: Promise<unknown> = Promise.resolve();
  /** Requests with a number below this one are aborted: they came before the failure of an earlier cell. */
  #abortBelow = 0;
  #received = 0;
  #waiting = 0;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  /** How many cells were run. */
  get count(): number {
    return this.#executor.count;
  }

  /** Whether a cell runs or waits for its turn. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  handleKernel() {
    const { language_info } = notebookMetadata;
    return {
      status: "ok",
      protocol_version: "5.3",
      implementation: "coupled-interpolants",
      implementation_version: "1.0.0",
      language_info: { ...language_info, version: typescript().version },
      banner: "TypeScript over tslab, with the project's root as its current directory",
      help_links: [],
    };
  }

  /**
   * Runs a cell. `started` is called with its number when its turn comes. When it fails, the requests that
   * are already waiting are aborted, as Jupyter does it; later ones run.
   */
  execute(
    request: ExecuteRequest,
    started: (count: number) => void,
    send: (output: Output) => void,
  ): Promise<ExecuteReply> {
    const number = this.#received++;
    const turn = this.#queue.then(async (): Promise<ExecuteReply> => {
      if (number < this.#abortBelow) return { status: "aborted" };
      started(this.#executor.count + 1);
      const failure = await this.#executor.execute(request.code, send);
      const execution_count = this.#executor.count;
      if (!failure) return { status: "ok", execution_count, payload: [], user_expressions: {} };
      const { type: _, ...error } = failure;
      if (request.stop_on_error !== false) {
        // Requests that were sent in the same burst may still be on their way.
        await new Promise((resolve) => setTimeout(resolve, 50));
        this.#abortBelow = this.#received;
      }
      return { status: "error", execution_count, ...error };
    });
    this.#waiting++;
    this.#queue = turn.finally(() => this.#waiting--);
    return turn;
  }

  interrupt(): void {
    this.#abortBelow = this.#received;
    this.#executor.interrupt();
  }

  /** Whether synchronous code that keeps an interrupt waiting is to be broken off: see the executor. */
  breakOff(stack: string, again: boolean): boolean {
    return this.#executor.breakOff(stack, again);
  }

  handleIsComplete({ code }: { code: string }) {
    const { completed, indent } = isCompleteCode(code);
    return completed ? { status: "complete" } : { status: "incomplete", indent: indent ?? "" };
  }

  handleInspect({ code, cursor_pos }: { code: string; cursor_pos: number }) {
    const explanation = this.#executor.inspect(code, toOffset(code, cursor_pos));
    return {
      status: "ok",
      found: explanation !== undefined,
      data: explanation ? explanationBundle(explanation) : {},
      metadata: {},
    };
  }

  handleComplete({ code, cursor_pos }: { code: string; cursor_pos: number }) {
    const { start, end, candidates } = this.#executor.complete(code, toOffset(code, cursor_pos));
    return {
      status: "ok",
      cursor_start: toCursor(code, start),
      cursor_end: toCursor(code, end),
      matches: candidates,
      metadata: {},
    };
  }

  handleShutdown({ restart }: { restart: boolean }) {
    return { status: "ok", restart };
  }

  close(): void {
    this.#executor.close();
  }
}

// Jupyter counts characters, JavaScript UTF-16 units.
const toOffset = (code: string, cursor: number) => Array.from(code).slice(0, cursor).join("").length;
const toCursor = (code: string, offset: number) => Array.from(code.slice(0, offset)).length;
