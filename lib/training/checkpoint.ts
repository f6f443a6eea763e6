import { existsSync } from "node:fs";
import { type NdArray, ndarray, sizeOf } from "../array";
import type { Named, Values } from "../engine";
import { UsageError } from "../errors";
import { loadSafetensors, saveSafetensors } from "../formats/safetensors";
import type { Parameters } from "../networks/network";

/** Where a run stands: everything that the next step depends on. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** Vectors over all parameters joined: the parameters, their average, and the optimizer's slots. */
  readonly state: Named<Values>;
  /** The loss at each step done. */
  readonly losses: Float32Array;
}

/** What a checkpoint must agree in with the run that goes on from it, as JSON. */
export type Settings = Readonly<Record<string, unknown>>;

const format = "coupled-interpolants checkpoint 1";

/**
 * Writes a checkpoint as safetensors: one array per parameter and vector, such as `average.stem.kernel`, with
 * `losses`; step and settings in the metadata.
 */
export function saveCheckpoint(
  path: string,
  checkpoint: Checkpoint,
  { shapes, settings }: { readonly shapes: Parameters<readonly number[]>; readonly settings: Settings },
): void {
  const tensors: Record<string, Values> = {};
  for (const [vector, { data }] of Object.entries(checkpoint.state)) {
    for (const [name, value] of Object.entries(splitVector(data as Float32Array, shapes))) {
      tensors[`${vector}.${name}`] = value as Values;
    }
  }
  tensors.losses = { shape: [checkpoint.losses.length], data: checkpoint.losses };
  saveSafetensors(path, tensors, {
    metadata: { format, step: `${checkpoint.step}`, settings: JSON.stringify(settings) },
  });
}

/**
 * Reads the checkpoint of the same run, or nothing when there is no file yet.
 * @throws UsageError if the file isn't a checkpoint, or is of a run with other settings: the error names them.
 */
export function resumeCheckpoint(
  path: string,
  expectedState: {
    readonly vectors: readonly string[];
    readonly shapes: Parameters<readonly number[]>;
    readonly settings: Settings;
  },
): Checkpoint | undefined {
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = loadSafetensors(path);
  if (metadata.format !== format) {
    throw new UsageError(
      `${path} isn't a training checkpoint. Pass another path as checkpoint, or move that file away.`,
    );
  }
  const stored = JSON.parse(metadata.settings) as Settings;
  const differing = differences(stored, JSON.parse(JSON.stringify(expectedState.settings)) as Settings);
  if (differing.length > 0) {
    throw new UsageError(
      `The checkpoint ${path} is of another run: ${differing.join("; ")}. ` +
        "Use the options that it was made with, pass another path as checkpoint, or delete the file to start anew.",
    );
  }
  const { vectors, shapes } = expectedState;
  const stateOf = (vector: string) =>
    joinVector(
      Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => {
          const value = tensors[`${vector}.${name}`];
          if (value?.shape.join() === shape.join()) return [name, value];
          const found = value ? `one of shape [${value.shape.join(", ")}]` : "none";
          throw new UsageError(
            `The checkpoint ${path} is of another network: it should have "${vector}.${name}" ` +
              `of shape [${shape.join(", ")}] and has ${found}.`,
          );
        }),
      ),
    );
  const state = Object.fromEntries(vectors.map((vector) => [vector, stateOf(vector)]));
  return { step: Number(metadata.step), state, losses: tensors.losses.data as Float32Array };
}

/** The arrays that a vector of all parameters joins; they share its memory. */
export function splitVector(data: Float32Array, shapes: Parameters<readonly number[]>): Parameters<NdArray> {
  let offset = 0;
  return Object.freeze(
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => {
        const part = data.subarray(offset, offset + sizeOf(shape));
        offset += part.length;
        return [name, ndarray(shape, part)];
      }),
    ),
  );
}

/** One vector of all parameters, in their order. */
export function joinVector(parameters: Readonly<Record<string, Values | NdArray>>): Values {
  const values = Object.values(parameters);
  const data = new Float32Array(values.reduce((length, value) => length + value.data.length, 0));
  let offset = 0;
  for (const value of values) {
    data.set(value.data, offset);
    offset += value.data.length;
  }
  return { shape: [data.length], data };
}

/** Where two settings differ, each as "batch is 64 there and 32 here". */
export function differences(there: unknown, here: unknown, path = ""): string[] {
  const a = isRecord(there) ? there : undefined;
  const b = isRecord(here) ? here : undefined;
  if (a && b) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => differences(a[key], b[key], path ? `${path}.${key}` : key));
  }
  const [x, y] = [JSON.stringify(there), JSON.stringify(here)];
  return x === y ? [] : [`${path} is ${x ?? "not set"} there and ${y ?? "not set"} here`];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
