import { resolve } from "node:path";
import type { EngineName } from "../engine";
import { expected } from "../errors";
import type { Progress } from "./progress";

/** What `onProgress` may return. */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback that returns nothing is the usual one
type Answer = void | "stop";

/** Options of every training: how long it runs, and what is kept of it. */
export interface RunOptions<Model = unknown> {
  /** Total number of steps, those of a resumed checkpoint included. */
  readonly steps: number;
  /**
   * Called after every step; the next one waits for a promise that it returns. Where it returns "stop" the
   * run ends, as it does by `signal`.
   */
  onProgress?(progress: Progress<Model>): Answer | Promise<Answer>;
  /**
   * Path of a `.safetensors` file. It is written every 30 seconds, at the end, and when the run is stopped,
   * also by SIGINT, SIGTERM or SIGHUP, unless the program listens to these itself; when it exists, the run
   * resumes from it, and ends as if it had never stopped. What the file held before lies beside it as
   * `.previous.safetensors`: if the newest is damaged, it is set aside, a line says so, and the run resumes
   * from the one before. One run at a time may have this path.
   */
  readonly checkpoint?: string;
  /** Seconds, above 0, between two writings of the checkpoint, or of what `keepAs` keeps. Default 30. */
  readonly checkpointSeconds?: number;
  /**
   * Path of a checkpoint from which this run goes on under other options, as where another run diverged that
   * needed a lower learning rate. It has the steps and losses so far of the other run. A line says that it is
   * a branch, and in which options it differs; so do its own checkpoints. Needs a `checkpoint` at another
   * path, from which it resumes, as any run does, once that is there. The network and the kind of optimizer
   * must be the same. Of its snapshots those are kept that this run asks for, too.
   */
  readonly branchFrom?: string;
  /**
   * Keeps the training in a store of all that was trained, under this name: it is found there when the same
   * is trained again, in another notebook or process too, and an interrupted one goes on. What counts as the
   * same follows from what is computed alone: the network, the loss and the optimizer as compiled, the first
   * parameters, the data, the batches, and the code of the library that draws them. A change to any of these
   * trains anew, one to the name or to other code doesn't.
   *
   * Batches are compared for up to half a second: all of them where they are drawn quickly, else some, spread
   * evenly over the steps. A change to a coupling of your own that shows in none of these isn't noticed.
   *
   * The store is the folder `.cache/trained` of a clone of the project, elsewhere of the working directory,
   * or the environment variable TRAINED_CACHE: another folder, or "off". It may be deleted at any time.
   *
   * @example
   * const options = { data, coupling, interpolant, network, steps: 10, seed: 0, keepAs: "moons" };
   * const model = await train(options);
   * const same = await train(options); // at once; same.kept tells when it was trained
   */
  readonly keepAs?: string;
  /** Stops the run between two steps: it saves its checkpoint, then throws an `AbortError`. */
  readonly signal?: AbortSignal;
  /** What computes. Default: the engine of the environment variable ENGINE, or "onnx". */
  readonly engine?: EngineName;
}

/** The names of these options. */
export const knownToRuns = {
  steps: true,
  checkpoint: true,
  checkpointSeconds: true,
  branchFrom: true,
  keepAs: true,
  signal: true,
  engine: true,
  onProgress: true,
} as const satisfies Record<keyof RunOptions, true>;

/** Each has a loss in memory and in the checkpoints. */
const mostSteps = 100_000_000;

/** @throws UsageError when an option is out of range, or two exclude each other. */
export function assertOptions({
  steps,
  accumulationSteps,
  clipNorm,
  ema,
  checkpoint: path,
  checkpointSeconds = 30,
  branchFrom,
  keepAs,
  snapshots,
}: Record<"steps" | "accumulationSteps" | "clipNorm" | "ema", number> &
  Pick<RunOptions, "checkpoint" | "checkpointSeconds" | "branchFrom" | "keepAs"> & {
    readonly snapshots: readonly number[];
  }): void {
  for (const [option, value] of Object.entries({ steps, accumulationSteps })) {
    if (!(Number.isInteger(value) && value >= 1 && value <= mostSteps)) {
      throw expected(`${option} as a whole number above 0, at most ${mostSteps}`, `${value}`);
    }
  }
  const rising = snapshots.every(
    (at, k) => Number.isInteger(at) && at > (snapshots[k - 1] ?? 0) && at <= steps,
  );
  if (!rising) {
    throw expected(`snapshots at whole numbers of steps, rising, from 1 to ${steps}`, snapshots.join(", "));
  }
  if (!(clipNorm > 0)) throw expected("a clipNorm (of the gradient) above 0", `${clipNorm}`);
  if (!(ema >= 0 && ema < 1)) throw expected("an ema decay from 0 to below 1", `${ema}`);
  if (!(checkpointSeconds > 0)) throw expected("checkpointSeconds above 0", `${checkpointSeconds}`);
  if (path !== undefined && !path.endsWith(".safetensors")) {
    throw expected("a checkpoint path that ends in .safetensors", `"${path}"`);
  }
  if (keepAs !== undefined && !(typeof keepAs === "string" && keepAs.trim() !== "")) {
    throw expected('a name for this training as keepAs, such as "moons, seed 0"', JSON.stringify(keepAs));
  }
  if (branchFrom !== undefined && (path === undefined || resolve(path) === resolve(branchFrom))) {
    throw expected(
      "another path than branchFrom as checkpoint, where the branch is kept",
      path === undefined ? "none" : `"${path}"`,
    );
  }
  if (keepAs !== undefined && path !== undefined) {
    throw expected(
      "keepAs or checkpoint",
      "both",
      "Leave checkpoint out: the store goes on from a stop too.",
    );
  }
}
