import { assertKnown, expected } from "../errors";
import { formatNumber } from "../text";
import type { Axis, Plot, PlotTrace } from "./panel";
import { plot } from "./plot";

/** The losses of one training. */
export interface LossRun {
  /** Its entry in the legend, and its series. */
  readonly name: string;
  /** One loss per step, or per `every` steps. */
  readonly losses: ArrayLike<number>;
  /** Steps from one loss to the next, 1 when absent. */
  readonly every?: number;
  /** The least loss that is possible, drawn as a dotted line. */
  readonly floor?: number;
}

/** Options of {@link lossCurves}. */
export interface LossCurvesOptions {
  /** One line, drawn above the figure. */
  readonly title: string;
  /** Made from the runs when absent. */
  readonly alt?: string;
  /** One curve each. */
  readonly runs: readonly LossRun[];
  /** Window of the smoothed line in losses, a 25th of the longest run when absent; 1 for no smoothing. */
  readonly smooth?: number;
  /** Whether the loss axis is logarithmic; it needs losses above 0. */
  readonly log?: boolean;
  /** "loss" when absent. */
  readonly y?: Axis;
  /** A line of small print below the figure. Default: none. */
  readonly note?: string;
}

/** The most points of a line that a screen can show. */
const most = 240;

/**
 * Losses against training steps: the raw losses, faint, and a centred moving average over `smooth` losses.
 * Near the start, where losses fall fast, it is over fewer; near the end it goes on as the straight line
 * through the last `smooth` losses, so that its last value is not that of a single batch.
 *
 * @example lossCurves({ title: "Training", runs: [{ name: "coupled", losses: model.losses }] })
 * @throws when a run has no losses or no name, or, with `log`, when a loss is not above 0.
 */
export function lossCurves(options: LossCurvesOptions): Plot {
  assertKnown(options, { title: true, runs: true, smooth: true, note: true }, "lossCurves", { likely: true });
  const { title, runs, log, note } = options;
  if (!runs?.length) throw expected("at least one run", "none");
  const longest = Math.max(...runs.map((run) => run.losses?.length ?? 0));
  const smooth = options.smooth ?? Math.max(1, Math.round(longest / 25));
  if (!(smooth >= 1)) throw expected("a smoothing over at least 1 loss", `${smooth}`);

  const faint: PlotTrace[] = [];
  const strong: PlotTrace[] = [];
  const floors: PlotTrace[] = [];
  const words: string[] = [];
  for (const { name, losses, every = 1, floor } of runs) {
    if (!name) throw expected("a name for every run", "none");
    if (!(every > 0))
      throw expected(`more than 0 steps from one loss of run "${name}" to the next`, `${every}`);
    if (!losses?.length) throw expected(`losses of run "${name}"`, "none");
    if (log) {
      const bad = Array.from(losses).findIndex((loss) => loss <= 0);
      if (bad >= 0) {
        throw expected(
          "losses above 0 for a logarithmic axis",
          `${losses[bad]} at step ${(bad + 1) * every} of "${name}"`,
          "Leave log out: a loss that lacks a constant, as the paper's, may be negative.",
        );
      }
    }
    const kept = thin(losses.length);
    const average = runningAverage(losses, smooth, kept);
    const x = kept.map((k) => (k + 1) * every);
    const pick = (values: ArrayLike<number>) => kept.map((k) => values[k]);
    const single = smooth === 1;
    if (!single) {
      faint.push({ kind: "line", name, legend: false, x, y: pick(losses), width: 1, opacity: 0.3 });
    }
    strong.push({ kind: "line", name, x, y: average });
    if (floor !== undefined) {
      const ends = [x[0], x[x.length - 1]];
      floors.push({
        kind: "line",
        name,
        legend: false,
        dash: "dot",
        width: 1.5,
        x: ends,
        y: [floor, floor],
      });
    }
    const ends = [losses[0], average[average.length - 1]].map((loss) => formatNumber(loss, 3));
    const least = floor === undefined ? "" : `, with a floor at ${formatNumber(floor, 3)}`;
    words.push(`${name} goes from ${ends.join(" to ")} in ${losses.length * every} steps${least}`);
  }
  return plot({
    title,
    alt: options.alt ?? `Loss against training step: ${words.join("; ")}.`,
    x: { label: "training step" },
    y: { label: "loss", ...options.y, ...(log !== undefined && { log }) },
    traces: [...faint, ...floors, ...strong],
    note: [note, faint.length > 0 && "Faint: before smoothing."].filter(Boolean).join(" ") || undefined,
  });
}

/**
 * Centred moving average over finite values, at these indices: of those at most `over` / 2 away on either
 * side; near the start, of as many as there are on both sides. Near the end, where the window would reach too
 * far, the value of the least-squares line through the last window, kept within that window's values.
 */
function runningAverage(values: ArrayLike<number>, over: number, at: readonly number[]): number[] {
  const n = values.length;
  const half = Math.floor(over / 2);
  const atEnd = lineThroughLast(values, Math.min(2 * half + 1, n));
  return at.map((k) => {
    if (k > (n - 1) / 2 && k + half > n - 1) return atEnd(k);
    const reach = Math.min(half, k);
    // Not by differences of sums from the start: a first loss of 1e18 would hide all later ones.
    let [sum, count] = [0, 0];
    for (let i = k - reach; i <= k + reach; i++) {
      if (!Number.isFinite(values[i])) continue;
      sum += values[i];
      count++;
    }
    return sum / count;
  });
}

/** The least-squares line through the last `count` values, where finite, limited to their range. */
function lineThroughLast(values: ArrayLike<number>, count: number): (k: number) => number {
  const rows = Array.from({ length: count }, (_, i) => values.length - count + i).filter((k) =>
    Number.isFinite(values[k]),
  );
  const mean = (of: (k: number) => number) => rows.reduce((sum, k) => sum + of(k), 0) / rows.length;
  const [middle, level] = [mean((k) => k), mean((k) => values[k])];
  const width = mean((k) => (k - middle) ** 2);
  const slope = width > 0 ? mean((k) => (k - middle) * (values[k] - level)) / width : 0;
  const own = rows.map((k) => values[k]);
  const [least, most] = [Math.min(...own), Math.max(...own)];
  return (k) =>
    rows.length > 0 ? Math.min(most, Math.max(least, level + slope * (k - middle))) : Number.NaN;
}

/** Evenly spaced indices into n values, first and last among them. */
function thin(n: number): number[] {
  if (n <= most) return Array.from({ length: n }, (_, k) => k);
  return Array.from({ length: most }, (_, k) => Math.round((k * (n - 1)) / (most - 1)));
}
