import { notebookHost } from "./host";
import { dataMime, metricsMime } from "./mime";

/** Metrics by name. */
export type Metrics = Readonly<Record<string, number | string>>;

/** A data set that a run used. */
export interface DataRecord {
  /** The data set's name. */
  readonly name: string;
  /** SHA-256 in hexadecimal of its content. */
  readonly checksum: string;
}

/**
 * Puts numbers into the run's `.metrics.json`. Names given again replace those before. Shows nothing; outside
 * a headless run it has no effect.
 *
 * @example
 * recordMetrics({ "final loss": model.losses[model.steps - 1], steps: model.steps });
 */
export function recordMetrics(values: Metrics): void {
  record(metricsMime, values);
}

/** Puts a data set's name, checksum and any other properties into the run's `.metrics.json`. */
export function recordData(data: DataRecord): void {
  record(dataMime, data);
}

function record(mime: string, values: object): void {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    // JSON would make null of them.
    typeof value === "number" && !Number.isFinite(value) ? `${value}` : value,
  ]);
  const data = { [mime]: Object.fromEntries(entries), "text/plain": "" };
  notebookHost()?.display({ data, metadata: {}, transient: {} }, false);
}
