import { existsSync } from "node:fs";
import { sizeOf } from "../array";
import type { Named, Values } from "../engine";
import { flatten, pathText } from "../engine/tree";
import { UsageError } from "../errors";
import { checksum } from "../formats/checksum";
import { isRecord } from "../formats/is-record";
import { loadSafetensors, type Safetensors, saveSafetensors } from "../formats/safetensors";
import type { Layout } from "./parameters";
import type { TrainingState } from "./step";

/** Where a run stands: everything that the next step depends on. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  readonly state: TrainingState;
  /** The loss at each step done. */
  readonly losses: Float32Array;
  /** Two numbers for each step done that tell its batch from others; only in the store. */
  readonly batches?: Int32Array;
  /** The moving average after earlier steps, where some of them were asked for; rising. */
  readonly snapshots?: readonly Snapshot[];
}

/** The moving average as it was after some steps. */
export interface Snapshot {
  readonly steps: number;
  readonly average: Float32Array;
}

/** Settings in which a checkpoint must agree with the run that resumes from it, as JSON. */
export type Settings = Readonly<Record<string, unknown>>;

const family = "coupled-interpolants checkpoint";
const format = `${family} 3`;
/** It had snapshots in the order of its settings, without their steps. */
const formatBefore = `${family} 2`;

/**
 * Writes a checkpoint as safetensors: the parameters' arrays, such as `average.stem.kernel` and
 * `slots.m.stem.kernel`, `snapshots.100` after 100 steps, and `losses`; step, settings and a checksum over
 * all of it in the metadata.
 * @param options.facts more texts for the metadata
 */
export function saveCheckpoint(
  path: string,
  { step, state, losses, batches, snapshots = [] }: Checkpoint,
  {
    layout,
    settings,
    facts: more = {},
  }: { readonly layout: Layout<unknown>; readonly settings: Settings; readonly facts?: Named<string> },
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
  if (batches) tensors.batches = { shape: [batches.length], data: batches };
  for (const { steps, average: data } of snapshots) {
    tensors[`snapshots.${steps}`] = { shape: [data.length], data };
  }
  const facts = { format, step: `${step}`, settings: JSON.stringify(settings), ...more };
  saveSafetensors(path, tensors, { metadata: { ...facts, checksum: checksum(tensors, facts) } });
}

/** A checkpoint is whole, but of a run that the present one can't go on from. */
export class OtherRunError extends UsageError {}

/** What a checkpoint is read for. */
export interface Expected {
  /** The optimizer's vectors; none to read the parameters of a finished run alone. */
  readonly slots: readonly string[];
  readonly layout: Layout<unknown>;
  readonly settings: Settings;
}

/**
 * Reads the checkpoint of the same run, or nothing when there is no file yet.
 * @throws UsageError if the file isn't a checkpoint, is damaged, or is from a run with other settings: the
 * error says which.
 */
export const resumeCheckpoint = (path: string, expected: Expected): Checkpoint | undefined =>
  readCheckpoint(path, expected)?.checkpoint;

/** A checkpoint with the texts of its metadata, and where the settings of its run are others. */
export interface Stored {
  readonly checkpoint: Checkpoint;
  readonly facts: Named<string>;
  readonly differing: readonly string[];
}

/**
 * The same, with the texts of its metadata.
 * @param anyRun whether the run may have had other settings, though not another network
 * @throws as `resumeCheckpoint` does.
 */
export function readCheckpoint(
  path: string,
  { slots, layout, settings }: Expected,
  anyRun = false,
): Stored | undefined {
  if (!existsSync(path)) return undefined;
  const { step, tensors, settings: stored, facts } = readChecked(path);
  const differing = differences(stored, JSON.parse(JSON.stringify(settings)));
  if (differing.length > 0 && !anyRun) {
    throw new OtherRunError(
      `The checkpoint ${path} is from another run: ${differing.join("; ")}. ` +
        "Use the options that it was made with, pass another path as checkpoint, or delete it to start anew.",
    );
  }
  const vector = (name: string): Values => {
    const data = new Float32Array(layout.size);
    let offset = 0;
    for (const entry of layout.entries) {
      const value = tensors[`${name}.${entry.name}`];
      if (value?.shape.join() !== entry.shape.join()) {
        const found = value ? `one of shape [${value.shape.join(", ")}]` : "none";
        throw new OtherRunError(
          `The checkpoint ${path} is from another network: it should have ` +
            `"${name}.${entry.name}" of shape [${entry.shape.join(", ")}] and has ${found}.`,
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
    slots: Object.fromEntries(slots.map((slot) => [slot, vector(`slots.${slot}`)])),
  };
  const batches = tensors.batches?.data as Int32Array | undefined;
  const losses = tensors.losses.data as Float32Array;
  const snapshots = snapshotsIn(path, { tensors, settings: stored, facts });
  const more = { ...(batches && { batches }), ...(snapshots.length > 0 && { snapshots }) };
  return { checkpoint: { step, state, losses, ...more }, facts, differing };
}

/** @throws where an older version wrote a branch, whose snapshots may be those of its origin's steps. */
function snapshotsIn(
  path: string,
  { tensors, settings, facts }: Pick<ReturnType<typeof readChecked>, "tensors" | "settings" | "facts">,
): Snapshot[] {
  const found = Object.entries(tensors).flatMap(([name, { data }]) => {
    const number = name.match(/^snapshots\.(\d+)$/)?.[1];
    return number === undefined ? [] : [{ number: Number(number), average: data as Float32Array }];
  });
  const before = facts.format === formatBefore;
  if (before && found.length > 0 && facts.branch !== undefined) {
    throw new OtherRunError(
      `The checkpoint ${path} is of a branch, written by a version that did not note after which steps its ` +
        "snapshots were taken. Finish the run with that version, or pass another path as checkpoint to " +
        "begin the branch anew.",
    );
  }
  const asked = settings.snapshots as readonly number[];
  return found
    .map(({ number, average }) => ({ steps: before ? asked[number] : number, average }))
    .sort((a, b) => a.steps - b.steps);
}

/** The contents of a checkpoint, once its checksum is verified. */
function readChecked(path: string) {
  const { tensors, metadata } = load(path);
  const { checksum: stored, ...facts } = metadata;
  const { format: found = "", step, settings } = facts;
  if (found !== format && found !== formatBefore) {
    throw new UsageError(
      found.startsWith(family)
        ? `The checkpoint ${path} has the format "${found}", from which this version can't resume. ` +
            "Finish the run with the version that wrote it, or delete it to start anew."
        : `${path} isn't a training checkpoint. Pass another path as checkpoint, or move that file away.`,
    );
  }
  const steps = Number(step);
  const whole = stored === checksum(tensors, facts);
  if (!whole || !Number.isInteger(steps) || tensors.losses?.data.length !== steps) {
    throw new UsageError(
      `The checkpoint ${path} is damaged: its contents don't match its checksum or number of steps. ${anew}`,
    );
  }
  return { step: steps, tensors, settings: JSON.parse(settings) as Settings, facts };
}

const anew = "Put back a copy of it, or delete it to start anew.";

function load(path: string): Safetensors {
  try {
    return loadSafetensors(path);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message} If this checkpoint is damaged: ${anew}`);
  }
}

const vectorsOf = ({ parameters, average, slots }: TrainingState) =>
  Object.entries(flatten<Values>({ parameters, average, slots })).map(
    ([key, values]) => [pathText(key), values] as const,
  );

/** Whether everything that a run would resume from is finite. */
export function isFiniteState(state: TrainingState): boolean {
  return vectorsOf(state).every(([, { data }]) => {
    let nothing = 0;
    for (let e = 0; e < data.length; e++) nothing += 0 * data[e];
    return nothing === 0;
  });
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
