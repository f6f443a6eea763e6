import { expected, UsageError } from "../../errors";
import { declaredParameters, type ParameterValue } from "../../notebook/parameters";
import { rng } from "../../random";
import type { NotebookFile } from "../notebook-files";
import { type GivenValues, settingsOf } from "../settings";
import { axisValues } from "./axis-values";
import { pointId } from "./point-id";

/** Values of parameters by their names. */
export type Values = Readonly<Record<string, ParameterValue>>;

/** One run of a sweep: its ID, which names its folder, and the values that are its own. */
export interface Point {
  readonly id: string;
  readonly values: Values;
}

/** What a command line gives for the points of a sweep. */
export interface PointsRequest {
  /** Texts of values by the parameters' names, as `{ seed: "0..4" }`: their product, the last one fastest. */
  readonly grid: Readonly<Record<string, string>>;
  /** Points one by one, in the place of a grid. */
  readonly list?: readonly GivenValues[];
  /** Values that all points have in common. */
  readonly common: GivenValues;
  /** So many points, drawn at random from all: always the same ones. */
  readonly sample?: number;
}

/** The points of a sweep, and the values that they have in common. */
export interface SweepPoints {
  readonly points: readonly Point[];
  readonly common: Values;
}

/** The most points that a sweep may have. */
const mostPoints = 100_000;

/**
 * The points of a sweep of one notebook. Names and types are checked as those of `--set` are.
 * @param readAll reads all notebooks of the project, for a message about a parameter of another one
 * @throws a one-line error for a parameter that the notebook doesn't declare, a value not of its type, or one
 *   that is given twice.
 */
export function sweepPoints(
  file: NotebookFile,
  { grid, list, common, sample }: PointsRequest,
  readAll: () => readonly NotebookFile[],
): SweepPoints {
  const typed = (given: GivenValues) => settingsOf([file], given, readAll)[0].values;
  const own = (given: GivenValues): Values => {
    const values = typed(given);
    const names = [...Object.keys(given.texts), ...Object.keys(given.fromFile)];
    return Object.fromEntries(names.map((name) => [name, values[name]]));
  };
  const declared = declaredParameters(file.notebook);
  const texts = Object.entries(grid).map(([name, text]) => {
    const parameter = declared.find((one) => one.name === name) ?? { name };
    return axisValues(parameter, text).map((value) => ({ [name]: value }));
  });
  const size = texts.reduce((product, { length }) => product * length, 1);
  if (size > mostPoints) throw expected(`at most ${mostPoints} points`, `a grid of ${size}`);
  const axes = texts.map((axis) => axis.map((one) => own({ texts: one, fromFile: {} })));
  const all = list ? list.map(own) : axes.reduce(product, [{}]);
  checkGivenOnce(all, common);
  const values = sample === undefined ? all : sampled(all, sample);
  const points = distinct(values.map((one) => ({ id: pointId(one), values: one })));
  const names = new Set(all.flatMap(Object.keys));
  const shared = Object.entries(typed(common)).filter(([name]) => !names.has(name));
  return { points, common: Object.fromEntries(shared) };
}

const product = (before: readonly Values[], axis: readonly Values[]): Values[] =>
  before.flatMap((one) => axis.map((value) => ({ ...one, ...value })));

function checkGivenOnce(points: readonly Values[], { texts }: GivenValues): void {
  for (const name of Object.keys(texts)) {
    if (!points.some((point) => Object.hasOwn(point, name))) continue;
    throw new UsageError(
      `The points have values of ${name} already: leave out --set ${name}=${texts[name]}.`,
    );
  }
}

function sampled(points: readonly Values[], count: number): Values[] {
  if (count > points.length)
    throw expected(`at most ${points.length} points, as many as there are`, `${count}`);
  const chosen = [...rng("sweep").permutation(points.length).subarray(0, count)];
  return chosen.sort((a, b) => a - b).map((k) => points[k]);
}

function distinct(points: readonly Point[]): Point[] {
  const byId = new Map<string, Point>();
  for (const point of points) {
    // On some systems, two folders can't have names that differ in upper and lower case only.
    const same = byId.get(point.id.toLowerCase());
    if (same && same.id !== point.id) {
      throw expected("points whose names differ by more than their case", `${same.id} and ${point.id}`);
    }
    byId.set(point.id.toLowerCase(), point);
  }
  return [...byId.values()];
}
