import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ParameterValue } from "../../notebook/parameters";
import type { Run } from "./list-runs";
import type { RunKeys } from "./run-key";

/** A run that is asked for. */
export interface WantedRun {
  /** The notebook's file, as in a run's file. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly keys: RunKeys;
  /** Whether it is wanted even if its results are there. */
  readonly force: boolean;
}

/**
 * What is there of a run that is asked for: nothing; another process that is at it; one that was stopped, to
 * be gone on with; its results and its page; or its results, with a page that is missing or of an older text.
 */
export type Finding =
  | { readonly kind: "nothing" }
  | { readonly kind: "running" | "stopped" | "done" | "page"; readonly run: Run };

/** Looks for a run among all `runs`, the newest first. */
export function lookUp(runs: readonly Run[], { path, parameters, keys, force }: WantedRun): Finding {
  const ofNotebook = runs.filter((run) => run.path === path);
  const running = ofNotebook.find((run) => run.status === "running" && same(run.parameters, parameters));
  if (running) return { kind: "running", run: running };
  const ofKey = ofNotebook.filter(({ key }) => key === keys.key);
  const done = ofKey.find((run) => run.status === "ok" && run.record && existsSync(fileOf(run, "ipynb")));
  if (done && !force) {
    const rendered = done.page === keys.page && existsSync(fileOf(done, "html"));
    return { kind: rendered ? "done" : "page", run: done };
  }
  // One that was stopped before a later one was done is over.
  const stopped = ofKey
    .slice(0, done ? ofKey.indexOf(done) : undefined)
    .find((run) => run.status === "stopped");
  return stopped ? { kind: "stopped", run: stopped } : { kind: "nothing" };
}

/** The path of one of the files that a run leaves. */
export const fileOf = ({ folder, notebook }: Pick<Run, "folder" | "notebook">, ending: string) =>
  join(folder, `${notebook}.${ending}`);

const same = (
  a: Readonly<Record<string, ParameterValue>>,
  b: Readonly<Record<string, ParameterValue>>,
): boolean => sorted(a) === sorted(b);
const sorted = (record: object) =>
  JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
