import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RunRow } from "../../report";
import { errorLine } from "../run-record";
import { hrefOf } from "./index-entries";
import type { Run } from "./list-runs";
import { fileOf } from "./look-up";

/** A run as the page of all runs in `out` shows it. */
export function rowOf(out: string, run: Run): RunRow {
  const { notebook, status, started, record, parameters, changed, folder } = run;
  const files = [
    ["Report", fileOf(run, "html")],
    ["PDF", fileOf(run, "pdf")],
    ["Notebook", fileOf(run, "ipynb")],
    ["Metrics", fileOf(run, "metrics.json")],
    ["Log", join(folder, "log.html")],
  ];
  const existing = files.filter(([, path]) => existsSync(path));
  return {
    notebook,
    status,
    detail: record ? errorLine(record) : "",
    started: localTime(new Date(started)),
    durationSeconds: record?.seconds,
    parameters: Object.entries(parameters).map(([name, value]) => ({
      name,
      value: typeof value === "string" ? value : JSON.stringify(value),
      changed: changed.includes(name),
    })),
    metrics: record?.metrics ?? {},
    commit: record?.git ? record.git.commit.slice(0, 10) + (record.git.dirty ? " with changes" : "") : "",
    links: existing.map(([label, path]) => ({ label, href: hrefOf(out, path) })),
  };
}

/** A time as this computer's clock shows it: `2026-11-25 22:10:03`. */
export function localTime(date: Date): string {
  const two = (value: number) => `${value}`.padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
