import { type NdArray, ndarray, takeRows } from "../../array";
import { atBase, columns as columnMasks } from "../../couplings";
import type { Samples } from "../../data";
import type { TableColumn } from "../../data/table/codec";
import { expected } from "../../errors";
import { meanFiller, nearestFiller } from "../../experiments/baselines/fill-cells";
import { tableCoupling } from "../../experiments/models/own-table";
import { rng } from "../../random";
import { solveOde } from "../../samplers";
import { arrived } from "../../samplers/arrived";
import { meanInterval, pairedComparison, wilsonInterval } from "../../statistics";
import { meanOf } from "../../statistics/mean";
import type { EvaluateOptions, Evaluation, Measure } from "./evaluation";
import { repeatRows } from "./repeat-rows";

/** The share of known cells that are hidden. */
const hidden = 0.2;

/**
 * How often a hidden cell is drawn. Were it drawn from its law, each of the 20 places among 19 draws would be
 * as likely, and 16 of them, 80 %, lie between the second lowest draw and the second highest.
 */
const draws = 19;

/**
 * Known cells of held-out rows are hidden and drawn several times: how far the mean of the draws is from
 * them, and how often the middle of the draws holds them.
 */
export async function evaluateTable(
  train: Samples | undefined,
  { x, keep }: Samples,
  { trained, method, seed, signal }: Pick<EvaluateOptions, "trained" | "method" | "seed" | "signal">,
): Promise<Evaluation> {
  const [n, d] = x.shape;
  const columns = trained.about.columns!;
  const spans = columns.map(({ span }) => span);
  const source = rng(seed).fork("evaluate");
  const known = keep?.data ?? new Float32Array(x.data.length).fill(1);
  const shown = columnMasks({ spans, p: hidden }).draw({ n, h: 1, w: d }, source.fork("hide")).data;
  const seen = ndarray(
    x.shape,
    Float32Array.from(known, (kept, e) => kept * shown[e]),
  );
  const start = tableCoupling(spans).impute(
    { x: repeatRows(x, draws), keep: repeatRows(seen, draws) },
    source.fork("draws"),
  );
  const solution = await solveOde(trained.b, atBase(start), { method, batch: 4096, signal });
  const { x: drawn, nfe } = arrived(solution);
  const judged = Array.from({ length: n * d }, (_, e) => e).filter((e) => known[e] === 1 && shown[e] === 0);
  const drawsOf = (e: number) => {
    const [row, column] = [Math.floor(e / d), e % d];
    return Array.from({ length: draws }, (_, k) => drawn.data[(row * draws + k) * d + column]);
  };
  const blank = ndarray(
    x.shape,
    x.data.map((value, e) => (seen.data[e] === 1 ? value : 0)),
  );
  return {
    samples: n,
    nfe,
    measures: cellMeasures({
      x,
      columns,
      judged,
      drawsOf,
      others: simpleFillings(train?.x, columns, blank, seen),
    }),
  };
}

/** What simple methods fill in, by their names; those that need training rows, only where these are there. */
export function simpleFillings(
  rows: NdArray | undefined,
  columns: readonly TableColumn[],
  x: NdArray,
  seen: NdArray,
): Readonly<Record<string, (e: number) => number>> {
  // Numbers have a mean of 0, as they were standardised; categories have one of their own.
  const categories = columns.some(({ kind }) => kind === "categorical");
  if (!rows) return categories ? {} : { "column means": () => 0 };
  const d = x.shape[1];
  const means = meanFiller(rows)(x, seen).data;
  const complete = Array.from({ length: rows.shape[0] }, (_, i) => i).filter((i) =>
    rows.data.subarray(i * d, (i + 1) * d).every(Number.isFinite),
  );
  const k = Math.min(5, complete.length);
  const nearest = k > 0 ? nearestFiller(takeRows(rows, complete), { k })(x, seen).data : undefined;
  return {
    ...(nearest && { [k === 1 ? "nearest row" : `${k} nearest rows`]: (e: number) => nearest[e] }),
    "column means": (e) => means[e],
  };
}

/** Hidden cells of rows, and what was drawn and guessed in their place. */
interface HiddenCells {
  /** The true rows `[n, d]`. */
  readonly x: NdArray;
  readonly columns: readonly TableColumn[];
  /** The places in x of the cells that were hidden, in ascending order. */
  readonly judged: readonly number[];
  /** The 19 draws of a hidden cell. */
  readonly drawsOf: (e: number) => readonly number[];
  /** What other methods fill in, by their names. */
  readonly others: Readonly<Record<string, (e: number) => number>>;
}

/** Measures of hidden cells. Cells of a row hang together, so that rows are what intervals are over. */
export function cellMeasures({ x, columns, judged, drawsOf, others }: HiddenCells): readonly Measure[] {
  const d = x.shape[1];
  const byRow = (cells: readonly number[]) => {
    const rows = new Map<number, number[]>();
    for (const e of cells) {
      const row = Math.floor(e / d);
      rows.set(row, [...(rows.get(row) ?? []), e]);
    }
    return [...rows.values()];
  };
  const rows = byRow(judged);
  if (rows.length < 2) {
    throw expected("2 rows or more with hidden cells to measure a model of rows on", `${rows.length}`);
  }
  const rowErrors = (value: (e: number) => number) =>
    rows.map((cells) => meanOf(cells.map((e) => (value(e) - x.data[e]) ** 2)));
  const flow = rowErrors((e) => meanOf(drawsOf(e)));
  const errors = Object.entries(others).map(([name, value]) => [name, rowErrors(value)] as const);
  const error = meanInterval(flow);
  // Categories have no middle.
  const ordered = columns.flatMap(({ kind, span: [first, end] }) =>
    kind === "categorical" ? [] : Array.from({ length: end - first }, (_, k) => first + k),
  );
  const numbers = judged.filter((e) => ordered.includes(e % d));
  return [
    {
      name: "squared error of hidden cells (variances)",
      value: error.value,
      low: error.low,
      high: error.high,
      beside: Object.fromEntries(errors.map(([name, theirs]) => [name, meanOf(theirs)])),
    },
    ...errors.map(([name, theirs]) => {
      const { difference, low, high } = pairedComparison({ a: [flow], b: [theirs] });
      return {
        name: `  less that of ${name}`,
        value: difference,
        low,
        high,
        beside: { "no difference": 0 },
      };
    }),
    ...(numbers.length > 0 ? [coverage(x, numbers, drawsOf, byRow(numbers).length)] : []),
  ];
}

/** How often hidden numbers lie in the middle 80 % of their draws, by the number of independent rows. */
function coverage(
  x: NdArray,
  numbers: readonly number[],
  drawsOf: HiddenCells["drawsOf"],
  rows: number,
): Measure {
  const within = numbers.filter((e) => {
    const sorted = Float64Array.from(drawsOf(e)).sort();
    return x.data[e] >= sorted[1] && x.data[e] <= sorted[sorted.length - 2];
  }).length;
  const { value, low, high } = wilsonInterval({ successes: (within / numbers.length) * rows, n: rows });
  return { name: "hidden numbers within 80 % of draws", value, low, high, beside: { calibrated: 0.8 } };
}
