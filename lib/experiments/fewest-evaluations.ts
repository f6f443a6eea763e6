import { expected } from "../errors";
import { pairedComparison } from "../statistics";

/** A setting of a solver, and measures of the samples that it made, image by image. */
export interface MeasuredSetting {
  /** Evaluations of the velocity. */
  readonly nfe: number;
  /** For each measure one value an image, in the same order for all settings; lower is better. */
  readonly measures: Readonly<Record<string, ArrayLike<number>>>;
}

/** From where on a solver does no worse. */
export interface FewestEvaluations {
  /** Evaluations of the velocity: the fewest from which on no setting does worse. */
  readonly nfe: number;
  /** By each measure: how much worse than the reference, at most, at that setting: its interval's end. */
  readonly worseByAtMost: Readonly<Record<string, number>>;
}

/**
 * The least number of evaluations from which on a solver does not do worse than a reference: at that setting
 * and at all with more evaluations, no measure is worse by an interval of the paired difference that excludes
 * zero. That is no proof of equality: `worseByAtMost` says what the intervals leave open.
 *
 * @example
 * const settings = [
 *   { nfe: 2, measures: { error: [3, 4, 5, 4] } },
 *   { nfe: 4, measures: { error: [1, 3, 2, 2] } },
 * ];
 * const reference = { nfe: 20, measures: { error: [2, 2, 1, 3] } };
 * fewestEvaluations({ settings, reference })?.nfe; // 4
 * @returns undefined where even the setting with the most evaluations is worse.
 * @throws for no setting, or one without a measure of the reference.
 */
export function fewestEvaluations(options: {
  readonly settings: readonly MeasuredSetting[];
  readonly reference: MeasuredSetting;
  /** Of the intervals. Default 0.95. */
  readonly level?: number;
}): FewestEvaluations | undefined {
  const { settings, reference, level } = options;
  if (settings.length === 0) throw expected("one setting or more", "none");
  const names = Object.keys(reference.measures);
  const compared = [...settings]
    .sort((a, b) => a.nfe - b.nfe)
    .map(({ nfe, measures }) => ({
      nfe,
      rows: names.map((name) => {
        if (!Object.hasOwn(measures, name)) {
          throw expected(
            `the reference's measures ${names.join(", ")}`,
            Object.keys(measures).join(", ") || "none",
          );
        }
        const [a, b] = [measures[name], reference.measures[name]].map((values) => [Array.from(values)]);
        return { name, ...pairedComparison({ a, b, better: "lower", level }) };
      }),
    }));
  const last = compared.findLastIndex(({ rows }) => rows.some(({ verdict }) => verdict === "b"));
  const found = compared[last + 1];
  return (
    found &&
    Object.freeze({
      nfe: found.nfe,
      worseByAtMost: Object.freeze(Object.fromEntries(found.rows.map(({ name, high }) => [name, high]))),
    })
  );
}
