import type { Run } from "./run";

/** A line for each metric that is a finite number in some runs and not in others, with the latter. */
export function missingMetrics(names: readonly string[], runs: readonly Run[]): string[] {
  const valueIn = ({ record: { metrics } }: Run, name: string) =>
    Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  return names.flatMap((name) => {
    const numeric = runs.some((run) => typeof valueIn(run, name) === "number");
    const lacking = runs.filter((run) => {
      const value = valueIn(run, name);
      return numeric ? typeof value !== "number" : value === undefined;
    });
    if (lacking.length === 0) return [];
    const shown = lacking.slice(0, 6).map((run) => {
      const value = valueIn(run, name);
      return value === undefined ? run.id : `${run.id} (${value})`;
    });
    const more = lacking.length > shown.length ? ` and ${lacking.length - shown.length} more` : "";
    const what = lacking.every((run) => valueIn(run, name) === undefined) ? "missing" : "no finite number";
    return [`${name} is ${what} in ${shown.join(", ")}${more}.`];
  });
}
