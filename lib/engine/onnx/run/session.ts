import os from "node:os";
import type * as onnxruntime from "onnxruntime-node";
import { expected } from "../../../errors";
import { installCommand } from "../../../files/project";
import { withDevice } from "../provider/device";
import { onnxruntimeName, provider, refused } from "../provider/provider";
import { cacheFolder, cacheKey, keepModel, readModel } from "./cache";

export type Ort = typeof onnxruntime;
type InferenceSession = onnxruntime.InferenceSession;

export async function loadOrt(): Promise<Ort> {
  const elsewhere = provider() !== "cpu";
  try {
    const module = await import("onnxruntime-node");
    const ort = ("default" in module && module.default ? module.default : module) as Ort;
    if (elsewhere) ort.env.logLevel = "fatal"; // errors are thrown; they need not be printed as well
    return ort;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : `${error}`;
    throw expected(
      `onnxruntime's library for ${process.platform} ${process.arch}`,
      `"${reason}"`,
      `Install it with ${installCommand("onnxruntime-node")}, or run without it, slowly: ENGINE=cpu.`,
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
 * Opens a model. Its memory is kept between runs, without which a training step is slower, but isn't planned
 * ahead, which takes 1.7 times the memory and saves no time.
 *
 * With the environment variable ENGINE_PROFILE, onnxruntime writes the time of each node to a JSON file whose
 * name starts with it.
 *
 * @param options.keepFor keeps the optimised model on disk, and takes it from there the next time: what it
 * depends on besides the model, the processor and onnxruntime.
 * @param options.optimise false runs the model as it is. A training step's model gains nothing by
 * onnxruntime's optimisations, and takes twice as long to open with them.
 */
export async function openSession(
  ort: Ort,
  name: string,
  model: Uint8Array,
  {
    keepFor,
    optimise = true,
  }: {
    readonly keepFor?: readonly (string | number)[];
    readonly optimise?: boolean;
  } = {},
): Promise<InferenceSession> {
  const chosen = provider();
  if (chosen !== "cpu") {
    const options = { executionProviders: [onnxruntimeName(chosen)] };
    return create(ort, name, model, options).catch(async (error: unknown) => {
      await withDevice(ort, chosen, async () => {}); // throws if it isn't there at all
      throw error;
    });
  }
  const folder = keepFor && cacheFolder();
  const level = optimise ? "all" : "disabled";
  if (!folder) return create(ort, name, model, { graphOptimizationLevel: level });
  const key = cacheKey(model, [...keepFor, ort.env.versions.node ?? ort.env.versions.common]);
  const kept = readModel(folder, key);
  const known =
    kept && (await create(ort, name, kept, { graphOptimizationLevel: "disabled" }).catch(() => {}));
  if (known) return known;
  return keepModel(folder, key, async (path) => {
    const saved = path && (await create(ort, name, model, { optimizedModelFilePath: path }).catch(() => {}));
    return saved || create(ort, name, model);
  });
}

/** What of onnxruntime's optimiser makes models slower. */
const harmful = [
  "SkipLayerNormFusion", // takes four times as long as the sum and the norm that it stands for
  "QDQPropagationTransformer", // makes bytes of the same numbers several times over
];

async function create(
  ort: Ort,
  name: string,
  model: Uint8Array,
  more: onnxruntime.InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  const profile = process.env.ENGINE_PROFILE;
  try {
    const session = await ort.InferenceSession.create(model, {
      graphOptimizationLevel: "all",
      executionMode: "sequential",
      intraOpNumThreads: threads(),
      interOpNumThreads: 1,
      enableCpuMemArena: true,
      enableMemPattern: false,
      logId: name,
      extra: { optimization: { disable_specified_optimizers: harmful.join(";") } },
      logSeverityLevel: 4, // errors are thrown; they need not be printed as well
      ...(profile && { enableProfiling: true, profileFilePrefix: `${profile}-${name.replace(/\W+/g, "-")}` }),
      ...more,
    });
    if (profile) process.once("exit", () => endProfile(session)); // not all programs are disposed of
    return session;
  } catch (error) {
    throw failure(name, "onnxruntime refused its model", error);
  }
}

function endProfile(session: InferenceSession): void {
  try {
    session.endProfiling();
  } catch {
    // It was released, which ends its profile.
  }
}

/** An error of onnxruntime's with the program's name. */
function failure(name: string, what: string, error: unknown): Error {
  if (error instanceof Error && error.name === "UsageError") return error;
  const reason = error instanceof Error ? error.message : `${error}`;
  return new Error(`program "${name}": ${what}: ${reason}`, { cause: error });
}

/** The error for a run that failed, by the program's name. */
export const runFailure = (name: string, error: unknown): Error =>
  provider() === "cpu"
    ? failure(name, "its run failed", error)
    : refused(provider(), `run program "${name}"`, error);
