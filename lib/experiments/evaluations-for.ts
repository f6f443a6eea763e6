import { expected } from "../errors";

/** One setting of a solver. */
export interface SolverPoint {
  /** Evaluations of the velocity. */
  readonly nfe: number;
  /** The error of the samples, above 0. */
  readonly error: number;
}

/** How many evaluations an error takes. */
export interface EvaluationsFor {
  /** Evaluations of the velocity; need not be a whole number, as it is interpolated. */
  readonly nfe: number;
  /** "at most" where the coarsest setting is accurate enough already. */
  readonly by: "interpolation" | "at most";
}

/**
 * How many evaluations of the velocity a solver needs for an error: on the line through the logarithms of the
 * two neighbouring settings between which the error is reached for good, so that it doesn't depend on which
 * settings happen to have been tried. Undefined where the most accurate setting does not reach it.
 *
 * @example
 * const points = [10, 20, 40].map((nfe) => ({ nfe, error: 0.2 / nfe }));
 * evaluationsFor(points, 0.0125); // { nfe: 16, by: "interpolation" }, though 16 was not tried
 * @throws when there are no points, or a number is not above 0.
 */
export function evaluationsFor(points: readonly SolverPoint[], wanted: number): EvaluationsFor | undefined {
  const all = points.flatMap(({ nfe, error }) => [nfe, error]);
  if (all.length === 0 || ![...all, wanted].every((value) => value > 0)) {
    throw expected("settings with evaluations and errors above 0", `${JSON.stringify(points)}, ${wanted}`);
  }
  const sorted = [...points].sort((a, b) => a.nfe - b.nfe);
  const last = sorted.findLastIndex(({ error }) => error > wanted);
  if (last === sorted.length - 1) return undefined;
  if (last < 0) return Object.freeze({ nfe: sorted[0].nfe, by: "at most" });
  const [before, after] = [sorted[last], sorted[last + 1]];
  const share = Math.log(wanted / before.error) / Math.log(after.error / before.error);
  return Object.freeze({ nfe: before.nfe * (after.nfe / before.nfe) ** share, by: "interpolation" });
}
