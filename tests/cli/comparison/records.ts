import type { Run } from "../../../lib/cli/comparison/run";
import type { RunRecord } from "../../../lib/cli/run-record";

/** A complete run with these parameters and metrics. */
export function runOf(
  id: string,
  parameters: RunRecord["parameters"],
  metrics: RunRecord["metrics"],
  rest: Partial<RunRecord> = {},
): Run {
  return {
    id,
    notebookFile: `/nowhere/${id}.ipynb`,
    record: {
      notebook: "01-tiny",
      title: "A tiny one",
      status: "ok",
      scale: null,
      seed: parameters.seed ?? null,
      parameters,
      metrics,
      data: [],
      started: "2026-11-25T20:00:00.000Z",
      seconds: 3,
      peakMemoryBytes: 1e6,
      engine: "onnx",
      versions: { node: "20.20.2" },
      git: { commit: "a".repeat(40), dirty: false },
      machine: { cpu: "a cpu", cores: 2, memoryBytes: 1e9, os: "Linux" },
      ...rest,
    },
  };
}
