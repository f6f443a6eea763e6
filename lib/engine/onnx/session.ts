import os from "node:os";
import type * as onnxruntime from "onnxruntime-node";
import { expected } from "../../errors";

export type Ort = typeof onnxruntime;

export async function loadOrt(): Promise<Ort> {
  const module = await import("onnxruntime-node");
  return ("default" in module && module.default ? module.default : module) as Ort;
}

/**
 * Threads for one operator: ENGINE_THREADS, else the cores that this process may use, at most 8 (beyond
 * which small batches gain nothing).
 */
export function threads(): number {
  const given = process.env.ENGINE_THREADS;
  if (given === undefined || given === "") return Math.min(os.availableParallelism(), 8);
  const count = Number(given);
  if (!(Number.isInteger(count) && count > 0))
    throw expected("a whole number above 0 as ENGINE_THREADS", `"${given}"`);
  return count;
}

export function openSession(
  ort: Ort,
  name: string,
  model: Uint8Array,
): Promise<onnxruntime.InferenceSession> {
  return ort.InferenceSession.create(model, {
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    intraOpNumThreads: threads(),
    interOpNumThreads: 1,
    enableCpuMemArena: true,
    enableMemPattern: true,
    logId: name,
    logSeverityLevel: 3,
    ...(process.env.ENGINE_PROFILE
      ? { enableProfiling: true, profileFilePrefix: `${process.env.ENGINE_PROFILE}-${name}` }
      : {}),
  });
}
