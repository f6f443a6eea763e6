import { rmSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { duration, formatNumber } from "../../text";
import { listRuns, type Run } from "./list-runs";
import { withRunsLocked } from "./lock";
import { localTime } from "./run-row";

/** All runs in `out` as lines of text, the newest first; those of some notebooks when `only` is not empty. */
export function runsText(out: string, only: readonly string[] = []): string {
  const runs = listRuns(out).filter(
    ({ notebook }) => only.length === 0 || only.some((name) => isNamed(notebook, name)),
  );
  if (runs.length === 0) return "There has been no run yet.\n";
  const lines = runs.map((run) => {
    const changed = run.changed.map((name) => `${name}=${JSON.stringify(run.parameters[name])}`);
    const metrics = Object.entries(run.record?.metrics ?? {}).slice(0, 3);
    const numbers = metrics.map(
      ([name, value]) => `${name} ${typeof value === "number" ? formatNumber(value, 4) : value}`,
    );
    return [
      localTime(new Date(run.started)),
      run.notebook,
      run.status,
      run.record ? duration(run.record.seconds) : "",
      changed.join(" "),
      numbers.join(", "),
      run.id,
    ].map((text) => stripVTControlCharacters(text).replace(/\s+/g, " "));
  });
  return asTable([
    ["started", "notebook", "status", "duration", "parameters", "metrics", "folder"],
    ...lines,
  ]);
}

function asTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((text, k) => text.padEnd(widths[k]))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

const isNamed = (notebook: string, name: string) => {
  const wanted = /^\d$/.test(name) ? `0${name}` : name.replace(/\.ipynb$/, "");
  return notebook === wanted || notebook.startsWith(`${wanted}-`);
};

/**
 * Removes the folders of old runs in `out`. Of each notebook the newest `count` runs stay; so do its newest
 * complete run, whose report is shown, and runs that go on.
 * @returns the runs that were removed.
 */
export function pruneRuns(out: string, count: number): Promise<readonly Run[]> {
  return withRunsLocked(out, () => {
    const seen = new Map<string, { runs: number; complete: boolean }>();
    const old = listRuns(out).filter((run) => {
      const before = seen.get(run.notebook) ?? { runs: 0, complete: false };
      const ok = run.status === "ok";
      seen.set(run.notebook, { runs: before.runs + 1, complete: before.complete || ok });
      return before.runs >= count && run.status !== "running" && (before.complete || !ok);
    });
    for (const { folder } of old) rmSync(folder, { recursive: true, force: true });
    return old;
  });
}
