import { assertKnown, expected } from "../errors";
import type { Axis, Plot } from "./panel";
import { plot } from "./plot";
import type { Described } from "./style";

/** Bars of one colour: one per group. */
export interface BarSeries {
  /** Its entry in the legend. */
  readonly name: string;
  /** The series whose colour it takes; its own name when absent. */
  readonly series?: string;
  /** One value per group; NaN leaves a gap. */
  readonly values: ArrayLike<number>;
  /** Half the height of the error bars, in the units of the values. */
  readonly errors?: ArrayLike<number>;
}

/** Options of {@link bars}. */
export interface BarsOptions extends Described {
  /** What the groups are. */
  readonly x: Axis;
  /** What the bars measure, with its unit. */
  readonly y: Axis;
  /** Names of the groups, from left to right. */
  readonly groups: readonly string[];
  /** One colour each, side by side in every group. */
  readonly series: readonly BarSeries[];
  /** Height in pixels. Default: as the panel's width asks for. */
  readonly height?: number;
  /** A line of small print below the figure. Default: none. */
  readonly note?: string;
}

/**
 * Grouped bars, with error bars where they are given.
 *
 * @example
 * bars({
 *   title: "Distance by class",
 *   alt: "The coupled flow is nearer in both classes.",
 *   x: { label: "class" },
 *   y: { label: "distance" },
 *   groups: ["0", "1"],
 *   series: [
 *     { name: "coupled", values: [0.1, 0.2], errors: [0.02, 0.03] },
 *     { name: "uncoupled", values: [0.3, 0.4], errors: [0.02, 0.05] },
 *   ],
 * });
 * @throws when a series does not have one value, and one error, per group.
 */
export function bars(options: BarsOptions): Plot {
  assertKnown(options, { groups: true, series: true, height: true, note: true, title: true }, "bars", {
    likely: true,
  });
  const { groups, series, ...rest } = options;
  if (!groups?.length || !series?.length) throw expected("at least one group and one series of bars", "none");
  const twice = groups.find((group, k) => groups.indexOf(group) !== k);
  if (twice !== undefined) throw expected("a name of its own for every group of bars", `"${twice}" twice`);
  for (const one of series) {
    assertKnown(one, { name: true, series: true, values: true, errors: true }, "a series of bars", {
      likely: true,
    });
    const { name, values, errors } = one;
    for (const [what, list] of Object.entries({ values, ...(errors && { errors }) })) {
      if (list?.length !== groups.length) {
        throw expected(`${groups.length} ${what} in series "${name}", one per group`, `${list?.length ?? 0}`);
      }
    }
  }
  return plot({
    ...rest,
    traces: series.map(({ name, series: like, values, errors }) => ({
      kind: "bar",
      name,
      ...(like !== undefined && { series: like }),
      x: groups,
      y: values,
      error: errors,
    })),
  });
}
