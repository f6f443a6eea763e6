import { type NdArray, ndarray } from "../array";
import { assertKnown, expected } from "../errors";
import { formatNumber } from "../text";
import { composeFigure } from "./compose";
import type { Axis, Panel, Plot, PlotTrace } from "./panel";
import { assertPlanar, squareAround } from "./points";
import { type Described, ink } from "./style";
import type { Snapshot } from "./trajectories";

/** A density that is known, at one time. */
export interface KnownDensity {
  /** The time, from 0 to 1. */
  readonly t: number;
  /** The density at points `[n, 2]`. */
  readonly density: (points: NdArray) => ArrayLike<number>;
}

/** One flow at several times, by its samples or by its density. */
export interface DensityPanel {
  /** The title of the row, such as "coupled". */
  readonly title: string;
  /** The flow at each time, from left to right. */
  readonly slices: readonly (Snapshot | KnownDensity)[];
  /** The true density at the last time, drawn as contour lines over the last slice. */
  readonly exact?: (x: number, y: number) => number;
}

/** Options of {@link densityInTime}. */
export interface DensityInTimeOptions extends Described {
  /** One row each, from top to bottom. */
  readonly panels: readonly DensityPanel[];
  /** Cells on each side of a picture, 36 when absent. */
  readonly bins?: number;
  /** The window on both axes; a square around the samples when absent. Needed where densities are given. */
  readonly range?: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  /** The horizontal axis. Default: x₁. */
  readonly x?: Axis;
  /** The vertical axis. Default: x₂. */
  readonly y?: Axis;
  /** A line of small print below the figure. Default: none. */
  readonly note?: string;
}

/**
 * The evolution of a density in the plane: one row per flow, one picture per time. Of samples it is a
 * histogram, of a known density its value at the middle of each cell. All pictures share one colour scale:
 * the density, samples per cell or, where the slices hold different numbers of samples, samples per cell and
 * 1000 samples.
 *
 * @example
 * densityInTime({
 *   title: "From base to data",
 *   alt: "A bell becomes two moons.",
 *   panels: [{ title: "coupled", slices: [{ t: 0, x: pairs.x0 }, { t: 1, x: pairs.x1 }] }],
 * });
 * @throws when rows have different numbers of slices, points are not `[n, 2]`, some slices are samples and
 * some densities, or densities come without a range.
 */
export function densityInTime(options: DensityInTimeOptions): Plot {
  assertKnown(options, { panels: true, bins: true, range: true, note: true, title: true }, "densityInTime", {
    likely: true,
  });
  const { panels, bins = 36, title, alt } = options;
  if (!panels?.length || !panels[0].slices?.length)
    throw expected("at least one panel with one slice", "none");
  if (!(Number.isInteger(bins) && bins >= 2)) throw expected("a whole number of at least 2 bins", `${bins}`);
  const columns = panels[0].slices.length;
  for (const panel of panels) {
    if (panel.slices.length !== columns) {
      throw expected(
        `${columns} slices in "${panel.title}", as in the first panel`,
        `${panel.slices.length}`,
      );
    }
    for (const { t, x } of panel.slices.filter(isSampled)) {
      assertPlanar(x, `the points at t = ${t} of "${panel.title}"`);
    }
  }
  const slicesOfAll = panels.flatMap(({ slices }) => slices);
  const sampled = slicesOfAll.filter(isSampled);
  const known = sampled.length === 0;
  if (!known && sampled.length < slicesOfAll.length) {
    throw expected("slices that are all samples, or all densities", "both");
  }
  if (known && !options.range) throw expected("a range, since densities have none of their own", "none");
  for (const ends of Object.values(options.range ?? {})) {
    if (!(Number.isFinite(ends[1] - ends[0]) && ends[0] < ends[1])) {
      throw expected("a range from low to high", `[${ends.join(", ")}]`);
    }
  }
  const window = options.range ?? squareAround(sampled.map(({ x }) => x));
  const centres = ([low, high]: readonly [number, number]) =>
    Array.from({ length: bins }, (_, k) => low + ((k + 0.5) * (high - low)) / bins);
  const [x, y] = [centres(window.x), centres(window.y)];

  const sizes = new Set(sampled.map(({ x: points }) => points.shape[0]));
  const per = sizes.size > 1 ? 1000 : undefined;
  const grids = panels.map(({ slices }) =>
    slices.map((slice) => (isSampled(slice) ? histogram(slice, window, bins, per) : evaluated(slice, x, y))),
  );
  const label = known ? "density" : per ? `samples per cell and ${per} samples` : "samples per cell";
  const filled = grids
    .flat()
    .flatMap(({ z }) => z.flatMap((row) => Array.from(row)))
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  if (filled.length === 0) {
    throw expected("points inside the window", "none", "Look at the samples, or pass another range.");
  }
  // Of a density nearly all cells are above 0, and its peaks are what is to be seen.
  const limit = known ? 0.6 * filled[filled.length - 1] : filled[Math.floor(0.99 * (filled.length - 1))];

  const fields = panels.flatMap(({ title: name, slices, exact }, r) =>
    slices.map(({ t }, c): Panel => {
      const traces: PlotTrace[] = [
        {
          kind: "heatmap",
          name,
          x,
          y,
          z: grids[r][c].z,
          limits: [0, limit],
          ...(r === 0 && c === 0 && { label }),
        },
      ];
      if (exact && c === columns - 1) {
        traces.push({
          kind: "heatmap",
          contour: true,
          name: "exact",
          x,
          y,
          z: exactField(exact, x, y),
          plotly: {
            showscale: false,
            ncontours: 6,
            contours: { coloring: "none" },
            line: { color: ink.text, width: 0.9 },
            hoverinfo: "skip",
          },
        });
      }
      return {
        title: `t = ${Number(t.toPrecision(3))}`,
        x: { label: "x<sub>1</sub>", range: window.x, ...options.x },
        y: { label: "x<sub>2</sub>", range: window.y, ...options.y },
        traces,
        equal: true,
      };
    }),
  );
  const total = grids.flat().reduce((n, grid) => n + grid.total, 0);
  const outside = grids.flat().reduce((n, grid) => n + grid.outside, 0);
  const notANumber = grids.flat().reduce((n, grid) => n + grid.notANumber, 0);
  const remarks = [
    options.note,
    total > 0 &&
      outside / total >= 0.01 &&
      `${((100 * outside) / total).toFixed(1)} % of the points lie outside the window.`,
    notANumber > 0 &&
      `${notANumber} ${notANumber === 1 ? "point is" : "points are"} not finite and not counted.`,
    panels.some(({ exact }) => exact) && "Lines: the exact density at the last time.",
    limit < filled[filled.length - 1] && `The darkest colour stands for ${formatNumber(limit, 2)} or more.`,
  ].filter(Boolean);
  return composeFigure("a density in time", {
    title,
    alt,
    panels: fields,
    columns,
    rowTitles: panels.map((panel) => panel.title),
    note: remarks.join(" ") || undefined,
  });
}

const isSampled = (slice: Snapshot | KnownDensity): slice is Snapshot => "x" in slice;

function evaluated({ density }: KnownDensity, x: readonly number[], y: readonly number[]) {
  const points = y.flatMap((b) => x.flatMap((a) => [a, b]));
  const values = density(ndarray([x.length * y.length, 2], Float64Array.from(points)));
  if (values.length !== x.length * y.length) {
    throw expected(`${x.length * y.length} values of the density`, `${values.length}`);
  }
  const z = y.map((_, r) => Float64Array.from(x, (_, c) => Number(values[r * x.length + c].toPrecision(3))));
  return { z, total: 0, outside: 0, notANumber: 0 };
}

function histogram(
  { x: points }: Snapshot,
  window: { x: readonly [number, number]; y: readonly [number, number] },
  bins: number,
  per: number | undefined,
) {
  const n = points.shape[0];
  const z = Array.from({ length: bins }, () => new Float64Array(bins));
  const cell = (value: number, [low, high]: readonly [number, number]) =>
    value === high ? bins - 1 : Math.floor((bins * (value - low)) / (high - low));
  let outside = 0;
  let notANumber = 0;
  for (let i = 0; i < n; i++) {
    const [a, b] = [points.data[2 * i], points.data[2 * i + 1]];
    if (!Number.isFinite(a) || !Number.isFinite(b)) {
      notANumber++;
      continue;
    }
    const [column, row] = [cell(a, window.x), cell(b, window.y)];
    if (column < 0 || column >= bins || row < 0 || row >= bins) outside++;
    else z[row][column]++;
  }
  if (per)
    for (const row of z) for (let k = 0; k < bins; k++) row[k] = Number(((per * row[k]) / n).toPrecision(2));
  return { z, total: n, outside, notANumber };
}

function exactField(exact: (x: number, y: number) => number, x: readonly number[], y: readonly number[]) {
  const z = y.map((b) => x.map((a) => exact(a, b)));
  const peak = Math.max(...z.flat());
  if (!(peak > 0))
    throw expected("a density that is above 0 somewhere in the window", `a greatest value of ${peak}`);
  // Relative to the peak, like the contour lines: far tails become 0.
  return z.map((row) => row.map((value) => Number((value / peak).toFixed(4))));
}
