import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { sizeOf } from "../array";
import type { Named, Values } from "../engine";
import { UsageError } from "../errors";
import type { Layout } from "./parameters";
import { loadSafetensors, saveSafetensors } from "../formats/safetensors";
import type { TrainingState } from "./step";

/** Where a run stands: everything that the next step depends on. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  readonly state: TrainingState;
  /** The loss at each step done. */
  readonly losses: Float32Array;
}

/** What a checkpoint must agree in with the run that goes on from it, as JSON. */
export type Settings = Readonly<Record<string, unknown>>;

const family = "coupled-interpolants checkpoint";
const format = `${family} 2`;

/**
 * Writes a checkpoint as safetensors: one array per parameter and vector, such as `average.stem.kernel`, with
 * `losses`; step, settings and a checksum over all of them in the metadata.
 * @throws UsageError if a vector holds a value that isn't finite, so that what is stored can always be gone on from.
 */
export function saveCheckpoint(
  path: string,
  { step, state, losses }: Checkpoint,
  { layout, settings }: { readonly layout: Layout<unknown>; readonly settings: Settings },
): void {
  const tensors: Record<string, Values> = {};
  for (const [vector, { data }] of vectorsOf(state)) {
    let offset = 0;
    for (const { name, shape } of layout.entries) {
      const end = offset + sizeOf(shape);
      tensors[`${vector}.${name}`] = { shape, data: data.subarray(offset, end) };
      offset = end;
    }
  }
  tensors.losses = { shape: [losses.length], data: losses };
  const facts = { format, step: `${step}`, settings: JSON.stringify(settings) };
  saveSafetensors(path, tensors, {
    metadata: { ...facts, checksum: checksum(tensors, Object.values(facts)) },
  });
}

/**
 * Reads the checkpoint of the same run, or nothing when there is no file yet.
 * @throws UsageError if the file isn't a checkpoint, is damaged, or is of a run with other settings: the error says
 * which.
 */
export function resumeCheckpoint(
  path: string,
  expectedState: {
    readonly slots: readonly string[];
    readonly layout: Layout<unknown>;
    readonly settings: Settings;
  },
): Checkpoint | undefined {
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = loadSafetensors(path);
  if (metadata.format !== format) {
    throw new UsageError(
      metadata.format?.startsWith(family)
        ? `The checkpoint ${path} was written by another version of this library, which trained with other options. ` +
            "Delete it to start anew, or finish the run with that version."
        : `${path} isn't a training checkpoint. Pass another path as checkpoint, or move that file away.`,
    );
  }
  const { checksum: stored, ...facts } = metadata;
  const wanted = checksum(tensors, [facts.format, facts.step, facts.settings]);
  const step = Number(facts.step);
  const { losses } = tensors;
  if (stored !== wanted || !Number.isInteger(step) || losses?.data.length !== step) {
    throw new UsageError(
      `The checkpoint ${path} is damaged: its contents don't have the checksum that was stored with them. ` +
        "Put back a copy, or delete it to start anew.",
    );
  }
  const here = JSON.parse(JSON.stringify(expectedState.settings)) as Settings;
  const differing = differences(JSON.parse(facts.settings), here);
  if (differing.length > 0) {
    throw new UsageError(
      `The checkpoint ${path} is of another run: ${differing.join("; ")}. ` +
        "Use the options that it was made with, pass another path as checkpoint, or delete the file to start anew.",
    );
  }
  const { slots, layout } = expectedState;
  const vector = (name: string): Values => {
    const data = new Float32Array(layout.size);
    let offset = 0;
    for (const entry of layout.entries) {
      const value = tensors[`${name}.${entry.name}`];
      if (value?.shape.join() !== entry.shape.join()) {
        const found = value ? `one of shape [${value.shape.join(", ")}]` : "none";
        throw new UsageError(
          `The checkpoint ${path} is of another network: it should have "${name}.${entry.name}" ` +
            `of shape [${entry.shape.join(", ")}] and has ${found}.`,
        );
      }
      data.set(value.data, offset);
      offset += value.data.length;
    }
    return { shape: [layout.size], data };
  };
  const state = {
    parameters: vector("parameters"),
    average: vector("average"),
    slots: Object.fromEntries(slots.map((slot) => [slot, vector(slot)])),
  };
  return { step, state, losses: losses.data as Float32Array };
}

const vectorsOf = ({ parameters, average, slots }: TrainingState) =>
  Object.entries({ parameters, average, ...slots });

/** Whether all that a run would go on from is finite. */
export function isFiniteState(state: TrainingState): boolean {
  return vectorsOf(state).every(([, { data }]) => {
    let nothing = 0;
    for (let e = 0; e < data.length; e++) nothing += 0 * data[e];
    return nothing === 0;
  });
}

/** A hexadecimal checksum of named arrays, and of texts besides. */
export function checksum(named: Named<Values>, texts: readonly string[] = []): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(named).sort()) {
    const { shape, data } = named[name];
    hash.update(`${name} ${shape.join(" ")} `);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  for (const text of texts) hash.update(`${text.length} ${text}`);
  return hash.digest("hex").slice(0, 16);
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
