import { isRecord } from "../../formats/is-record";
import type { Failure, Output } from "../executor/output";
import type { ParameterValue } from "../parameters";

/** What the runner asks of the process of a notebook. */
export type CellRequest =
  | {
      readonly type: "run";
      /** The cell's place, from 0. What it shows, even after its end, is reported with it. */
      readonly cell: number;
      readonly source: string;
      /** Variables whose values are asked for when the cell is done. */
      readonly read: readonly string[];
    }
  /** The running cell is to stop by itself, if it can. */
  | { readonly type: "stop" };

/** What the process of a notebook tells the runner. */
export type CellReport =
  | { readonly type: "ready" }
  | { readonly type: "output"; readonly output: Output; readonly cell: number }
  | {
      readonly type: "done";
      readonly failure?: Failure;
      readonly values: Readonly<Record<string, ParameterValue>>;
      /** The most memory that the process held so far, in bytes. */
      readonly peakMemory: number;
    };

/**
 * A report with the token that the runner gave to the process, by which it tells it from what a cell may
 * send.
 */
export interface SignedReport {
  readonly token: string;
  readonly report: CellReport;
}

/** The report in a message, or nothing when the message doesn't have the token or isn't a whole report. */
export function readReport(message: unknown, token: string): CellReport | undefined {
  if (!isRecord(message) || message.token !== token || !isRecord(message.report)) return undefined;
  const { report } = message;
  const whole =
    report.type === "ready" ||
    (report.type === "output" && Number.isInteger(report.cell) && isOutput(report.output)) ||
    (report.type === "done" &&
      (report.failure === undefined || isFailure(report.failure)) &&
      isRecord(report.values) &&
      typeof report.peakMemory === "number");
  return whole ? (report as unknown as CellReport) : undefined;
}

function isOutput(value: unknown): value is Output {
  if (!isRecord(value)) return false;
  switch (value.type) {
    case "stream":
      return (value.name === "stdout" || value.name === "stderr") && typeof value.text === "string";
    case "display":
      return isRecord(value.data) && isRecord(value.metadata) && typeof value.update === "boolean";
    case "result":
      return isRecord(value.data) && (value.metadata === undefined || isRecord(value.metadata));
    default:
      return isFailure(value);
  }
}

function isFailure(value: unknown): value is Failure {
  if (!isRecord(value) || value.type !== "error" || !Array.isArray(value.traceback)) return false;
  return [value.ename, value.evalue, ...value.traceback].every((text) => typeof text === "string");
}
