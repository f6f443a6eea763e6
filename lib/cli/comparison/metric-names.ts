import { expected, nearest } from "../../errors";
import type { Run } from "./run";

/** Which way a metric is better, where that is known. */
export type Direction = "lower" | "higher" | undefined;

/** Patterns of metrics' names that a command line gives. */
export interface MetricPatterns {
  /** Which metrics to compare; empty for all. */
  readonly metrics: readonly string[];
  readonly lower: readonly string[];
  readonly higher: readonly string[];
}

/**
 * The names of the runs' metrics in order of first appearance, those that match a pattern if there are any.
 * @throws an error that suggests the nearest name for a pattern that none matches.
 */
export function metricNames(runs: readonly Run[], { metrics, lower, higher }: MetricPatterns): string[] {
  const all = [...new Set(runs.flatMap(({ record }) => Object.keys(record.metrics)))];
  for (const [option, patterns] of Object.entries({ metrics, lower, higher })) {
    for (const pattern of patterns) {
      if (all.some((name) => matches(name, pattern))) continue;
      const near = nearest(pattern, all);
      const some = all.length > 12 ? [...all.slice(0, 12), "…"] : all;
      const advice = near ? `Did you mean "${near}"?` : `There are: ${some.join(", ") || "none"}.`;
      throw expected(`a part of a metric's name after --${option}`, `"${pattern}"`, advice);
    }
  }
  if (metrics.length === 0) return all;
  return all.filter((name) => metrics.some((pattern) => matches(name, pattern)));
}

/**
 * Which way a metric is better: as the command line says; as an arrow in its name does; or by a word of the
 * last part of its name that always means the same, such as "loss" or "accuracy".
 */
export function directionOf(name: string, { lower, higher }: MetricPatterns): Direction {
  if (lower.some((pattern) => matches(name, pattern))) return "lower";
  if (higher.some((pattern) => matches(name, pattern))) return "higher";
  if (/↓/.test(name)) return "lower";
  if (/↑/.test(name)) return "higher";
  const last = name.split("/").at(-1) ?? "";
  if (spreadWords.test(last)) return undefined;
  const [low, high] = [lowerWords.test(last), higherWords.test(last)];
  return low === high ? undefined : low ? "lower" : "higher";
}

const words = (list: string) => new RegExp(`(?<![\\p{L}\\d])(?:${list})(?![\\p{L}\\d])`, "iu");
const lowerWords = words("loss|losses|error|errors|mse|rmse|mae|kid|fid|nll|perplexity|distance");
const higherWords = words("accuracy|agreement|psnr|ssim|precision|recall|coverage|auc|f1");
/** A metric that measures how another one scatters, or what it can't go below. */
const spreadWords = words("standard error|standard deviation|sd|std|sem|floor|exponent|interval|low|high");

/** Whether a name contains a text, or matches a pattern with `*` and `?`; in any case of letters. */
function matches(name: string, pattern: string): boolean {
  const source = pattern.replace(/[\\^$.+()|[\]{}]/g, "\\$&");
  if (!/[*?]/.test(pattern)) return new RegExp(source, "iu").test(name);
  return new RegExp(`^${source.replaceAll("*", ".*").replaceAll("?", ".")}$`, "isu").test(name);
}
