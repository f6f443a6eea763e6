import os from "node:os";
import type * as onnxruntime from "onnxruntime-node";
import { expected } from "../../errors";

export type Ort = typeof onnxruntime;
type InferenceSession = onnxruntime.InferenceSession;

export async function loadOrt(): Promise<Ort> {
  try {
    const module = await import("onnxruntime-node");
    return ("default" in module && module.default ? module.default : module) as Ort;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : `${error}`;
    throw expected(
      `onnxruntime's library for ${process.platform} ${process.arch}`,
      `"${reason}"`,
      "Install the dependencies again with npm ci, or run with ENGINE=wasm or ENGINE=cpu.",
    );
  }
}

/**
 * Threads for one operator: ENGINE_THREADS, else the cores that this process may use, at most 8 (beyond
 * which small batches gain nothing).
 */
function threads(): number {
  const given = process.env.ENGINE_THREADS;
  if (given === undefined || given === "") return Math.min(os.availableParallelism(), 8);
  const count = Number(given);
  if (!(Number.isInteger(count) && count > 0)) {
    throw expected("a whole number above 0 as ENGINE_THREADS", `"${given}"`);
  }
  return count;
}

/**
 * Opens a model. Memory is kept between runs (a training step is slower without that), but not
 * planned ahead: planning takes 1.7 times the memory and saves no time.
 *
 * With the environment variable ENGINE_PROFILE, onnxruntime writes the time of each node to a JSON file
 * whose name starts with it.
 */
export async function openSession(ort: Ort, name: string, model: Uint8Array): Promise<InferenceSession> {
  const profile = process.env.ENGINE_PROFILE;
  try {
    return await ort.InferenceSession.create(model, {
      graphOptimizationLevel: "all",
      executionMode: "sequential",
      intraOpNumThreads: threads(),
      interOpNumThreads: 1,
      enableCpuMemArena: true,
      enableMemPattern: false,
      logId: name,
      logSeverityLevel: 4, // errors are thrown; they need not be printed as well
      ...(profile && { enableProfiling: true, profileFilePrefix: `${profile}-${name.replace(/\W+/g, "-")}` }),
    });
  } catch (error) {
    throw failure(name, "onnxruntime refused its model", error);
  }
}

/** An error of onnxruntime's with the program's name. */
export function failure(name: string, what: string, error: unknown): Error {
  if (error instanceof Error && error.name === "UsageError") return error;
  const reason = error instanceof Error ? error.message : `${error}`;
  return new Error(`program "${name}": ${what}: ${reason}`, { cause: error });
}
