import { existsSync, readFileSync, statSync } from "node:fs";
import { languageOf, type Notebook } from "../../notebook/nbformat";
import { duration } from "../../text";
import { runFacts } from "../run-facts";
import type { RunRecord } from "../run-record";

type Facts = Readonly<Record<string, string | number>>;

/**
 * What is known about how a notebook's outputs were made: from the record of its run beside it, from what
 * papermill leaves in it, or only its kernel and when its file was changed.
 */
export function knownFacts(path: string, notebook: Notebook): Facts {
  const record = recordBeside(path);
  if (record) return runFacts(record);
  const {
    kernelspec,
    papermill,
    language_info: info,
  } = notebook.metadata as Readonly<Record<string, unknown>>;
  const kernel = fieldOf(kernelspec, "display_name") ?? languageOf(notebook);
  const version = fieldOf(info, "version");
  const started = fieldOf(papermill, "start_time");
  const seconds = Number(fieldOf(papermill, "duration") ?? Number.NaN);
  return {
    ...(kernel ? { kernel: `${kernel}` } : {}),
    ...(version ? { version: `${version}` } : {}),
    ...(started ? { started: `${started}`.slice(0, 16).replace("T", " ") } : {}),
    ...(seconds >= 0 && { duration: duration(seconds) }),
    "file changed": statSync(path).mtime.toISOString().slice(0, 16).replace("T", " "),
  };
}

/** The record of the run that wrote the notebook; nothing where there is none, or the notebook is newer. */
function recordBeside(path: string): RunRecord | undefined {
  const file = path.replace(/\.ipynb$/, ".metrics.json");
  if (!existsSync(file)) return undefined;
  // A run writes both at once.
  if (Math.abs(statSync(path).mtimeMs - statSync(file).mtimeMs) > 60_000) return undefined;
  try {
    const record = JSON.parse(readFileSync(file, "utf8"));
    return typeof record.notebook === "string" && record.machine ? record : undefined;
  } catch {
    return undefined;
  }
}

function fieldOf(record: unknown, name: string): unknown {
  const fields = (typeof record === "object" && record) || {};
  return Object.hasOwn(fields, name) ? (fields as Readonly<Record<string, unknown>>)[name] : undefined;
}
