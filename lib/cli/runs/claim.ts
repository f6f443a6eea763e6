import type { NotebookFile } from "../notebook-files";
import { shownPath } from "../shown-path";
import { beginRun, knownParameters, makeRunFolder, type NewRun } from "./begin-run";
import { listRuns, type Run } from "./list-runs";
import { withRunsLocked } from "./lock";
import { type Finding, lookUp } from "./look-up";
import type { RunFile } from "./run-file";
import { type RunKeys, runKeys } from "./run-key";
import { runNames } from "./run-names";

/** What a command is to do about a notebook. */
export type Claim =
  | { readonly kind: "run"; readonly file: NotebookFile; readonly folder: string; readonly begun: RunFile }
  | { readonly kind: "running" | "done" | "page"; readonly run: Run };

/** A notebook and its values, with what tells its runs from others. */
export interface Wanted extends NewRun {
  readonly keys: RunKeys;
  /** Whether it is to run even if its results are there. */
  readonly force: boolean;
}

/** The same, with the keys of the project as it is now. */
export function wanted(run: Omit<NewRun, "keys">, force: boolean): Wanted {
  return { ...run, force, keys: runKeys(run.root, run.file.notebook, knownParameters(run.settings)) };
}

/** What `runs`, the newest first, hold of a run. */
export const findingOf = (runs: readonly Run[], { root, file, settings, keys, force }: Wanted): Finding =>
  lookUp(runs, {
    path: shownPath(root, file.path),
    parameters: knownParameters(settings),
    keys,
    force,
  });

/**
 * Begins a run in a folder of its own in `out`, or in that of a run which was stopped; or says what there is
 * in its place.
 */
export function claimRun(out: string, run: Wanted): Promise<Claim> {
  return withRunsLocked(out, (): Claim => {
    const runs = listRuns(out);
    const finding = findingOf(runs, run);
    switch (finding.kind) {
      case "nothing": {
        const path = shownPath(run.root, run.file.path);
        const [name] = runNames([{ name: run.file.name, path }], runs);
        return begin(makeRunFolder(out, name), name, run);
      }
      case "stopped":
        return begin(finding.run.folder, finding.run.notebook, run);
      default:
        return { kind: finding.kind, run: finding.run };
    }
  });
}

function begin(folder: string, name: string, run: Wanted): Claim {
  const file = { ...run.file, name };
  return { kind: "run", file, folder, begun: beginRun(folder, { ...run, file }) };
}

/** A sentence about a run that another process is at. */
export function busySentence({ notebook, pid, host, started }: Run): string {
  return (
    `${notebook} is being run with the same parameters by process ${pid} on ${host}, ` +
    `which started it at ${started.slice(0, 19).replace("T", " ")} UTC. ` +
    "Wait for its end, stop it, or choose another folder with --out."
  );
}
