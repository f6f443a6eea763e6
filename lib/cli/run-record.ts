import type { DataRecord, Metrics } from "../notebook/metrics";
import type { ParameterValue } from "../notebook/parameters";
import type { RunResult } from "../notebook/runner/run-notebook";
import type { Environment } from "./environment";

/** The content of `NAME.metrics.json`: one run of one notebook. */
export interface RunRecord extends Environment {
  readonly notebook: string;
  readonly title: string;
  readonly status: RunResult["status"];
  /** Why it failed: the number of the cell among those that ran, from 1, and the error. */
  readonly error?: { readonly cell: number; readonly name: string; readonly message: string };
  readonly scale: ParameterValue;
  readonly seed: ParameterValue;
  /** All parameters that the notebook declares, but for internal ones, as they were in this run. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly metrics: Metrics;
  readonly data: readonly DataRecord[];
  /** When it started, in ISO 8601. */
  readonly started: string;
  /** Whether it went on where it had been stopped: its duration is of what was left. */
  readonly resumed?: true;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
}

/** The error that ended a run, in one line. */
export function errorLine({ error }: RunRecord): string {
  if (!error) return "";
  return `cell ${error.cell}: ${error.name}: ${error.message.split("\n")[0]}`;
}
