import type { EngineName, Tree, Values } from "../../engine";
import { engineNameOf } from "../../engine/compile";
import { engineVersion, programFingerprint } from "../../engine/fingerprint";
import type { AnyProgram } from "../../engine/program";
import { UsageError } from "../../errors";
import { digest } from "./digest";
import { libraryDigest } from "./library";

/** All that a training's result follows from. */
export interface Computation {
  /** Used in error messages; it makes no difference. */
  readonly name: string;
  /** A step: the network, the loss, its gradient, clipping, the optimizer and averaging. */
  readonly program: AnyProgram;
  /** The first state. */
  readonly state: Tree<Values>;
  /** The inputs of the first step. */
  readonly inputs: Tree<Values>;
  /** The batch of a step, as `minimise` has it. */
  readonly batch: (step: number) => unknown;
  /** The numbers that an optimizer and averaging are given at a step. */
  readonly scalars: (step: number) => readonly number[];
  readonly steps: number;
  /** Whatever else it depends on, as JSON. */
  readonly settings: unknown;
  readonly engine?: EngineName;
}

/**
 * A hexadecimal hash of what a training computes. Into it go the program of a step, traced, so that nothing
 * in the network's, the loss's or the optimizer's code is missed; the first parameters; the optimizer's
 * numbers at every step; four batches; the settings, where trainings from data have a checksum of all data;
 * the engine's version; and the code of the library that draws batches.
 *
 * @throws UsageError if the program can't be traced, even where another engine could run it.
 */
export async function trainingKey(computation: Computation): Promise<string> {
  const { name, program, state, inputs, batch, scalars, steps, settings, engine } = computation;
  const fingerprint = await programFingerprint({ name, program, state, inputs }).catch((error: Error) => {
    if (engineNameOf(engine) === "onnx") throw error; // it could not be trained either
    throw new UsageError(
      `${name} can't be kept, as what it computes can't be told for certain. ${error.message} ` +
        "Or leave keepAs out, and pass a path as checkpoint.",
      { cause: error },
    );
  });
  const last = steps - 1;
  const batches: unknown[] = [];
  for (const step of new Set([0, Math.min(1, last), Math.floor(last / 2), last])) {
    batches.push(digest(await batch(step)));
  }
  const count = scalars(0).length;
  const numbers = new Float64Array(count * steps);
  for (let step = 0; step < steps; step++) numbers.set(scalars(step), count * step);
  return digest({
    ...{ format: 1, fingerprint, state, batches, numbers, steps, settings },
    engine: await engineVersion(engine),
    library: libraryDigest(),
  }).toString("hex");
}
