import { expect, it } from "vitest";
import {
  bars,
  densityInTime,
  imageGrid,
  lossCurves,
  metricTable,
  panels,
  plot,
  rng,
  scatter2d,
  trajectories,
} from "../../lib";

// biome-ignore lint/suspicious/noExplicitAny: as scripts see it
type Any = any;
const wrong = (value: unknown): Any => value;

const words = { title: "t", alt: "a", x: { label: "x" }, y: { label: "y" } };
const line = { kind: "line", x: [0, 1], y: [1, 2] };
const points = rng(0).normals([10, 2]);
const flow = { title: "a", start: points, end: points, paths: [] };
const trace = (changes: object) => () => plot(wrong({ ...words, traces: [{ ...line, ...changes }] }));
const three = [1, 2, 3].map((k) => ({ ...words, title: `p${k}`, traces: [line] }));

it.each<[string, () => unknown, string]>([
  ["a kind that there is not", trace({ kind: "lines" }), 'as the kind of trace 1, but received "lines". Did'],
  ["no kind", trace({ kind: undefined }), "one of line, scatter, bar, heatmap as the kind of trace 1, but"],
  ["a dash that there is not", trace({ dash: "dotted" }), 'the dash of trace 1, but received "dotted".'],
  ["a symbol that there is not", trace({ kind: "scatter", symbol: "star" }), "the symbol of trace 1"],
  ["a misspelt option of a trace", trace({ color: "red" }), 'Did you mean "colour"?'],
  ["no x", trace({ x: undefined }), "as many x as y in trace 1, but received no x and 2."],
  ["an opacity above 1", trace({ opacity: 2 }), "an opacity from 0 to 1 of trace 1, but received 2."],
  [
    "cells of nothing but NaN",
    trace({ kind: "heatmap", x: [0], y: [0], z: [[Number.NaN]] }),
    "finite numbers",
  ],
  ["cells without z", trace({ kind: "heatmap", x: [0], y: [0] }), "cells in trace 1, but received none."],
  [
    "a misspelt option of an axis",
    () => plot(wrong({ ...words, x: { label: "x", logs: true }, traces: [line] })),
    '"log"?',
  ],
  [
    "texts that don't fit the ticks",
    () => plot(wrong({ ...words, x: { label: "x", ticks: { at: [0, 1], text: ["a"] } }, traces: [line] })),
    "2 texts of ticks, one for each place, but received 1.",
  ],
  ...[0, -1, 1.5, Number.NaN].map((columns): [string, () => unknown, string] => [
    `${columns} columns`,
    () => panels(wrong({ ...words, columns, panels: three })),
    `a whole number of columns above 0, but received ${columns}.`,
  ]),
  ["a misspelt option of panels", () => panels(wrong({ ...words, colums: 2, panels: three })), '"columns"?'],
  [
    "two groups of one name",
    () => bars({ ...words, groups: ["a", "a"], series: [{ name: "b", values: [1, 2] }] }),
    'a name of its own for every group of bars, but received "a" twice.',
  ],
  [
    "points that are not there",
    () => scatter2d(wrong({ ...words, series: [{ name: "a" }] })),
    "received none.",
  ],
  [
    "a fraction of points",
    () => scatter2d({ ...words, limit: 1.5, series: [{ name: "a", x: points }] }),
    "as limit",
  ],
  [
    "less than no paths",
    () => trajectories({ ...words, limit: { paths: -1 }, panels: [flow] }),
    "limit.paths",
  ],
  [
    "a misspelt limit",
    () => trajectories(wrong({ ...words, limit: { path: 3 }, panels: [flow] })),
    'There is no option "path" of limit. Did you mean "paths"?',
  ],
  [
    "no paths",
    () => trajectories(wrong({ ...words, panels: [{ ...flow, paths: undefined }] })),
    "[] for pairs",
  ],
  [
    "no steps",
    () => lossCurves({ title: "t", runs: [{ name: "a", losses: [1], every: 0 }] }),
    "more than 0 steps",
  ],
  ...[0, 2.5, Number.NaN].map((digits): [string, () => unknown, string] => [
    `${digits} digits`,
    () => metricTable({ title: "t", digits, rows: [{ a: 1 }] }),
    `1 to 17 digits, but received ${digits}.`,
  ]),
  [
    "a number of columns",
    () => metricTable(wrong({ title: "t", columns: 0, rows: [{ a: 1 }] })),
    "a list of one",
  ],
  [
    "a number of headings",
    () =>
      imageGrid(
        wrong({ ...words, columns: 0, rows: [{ label: "a", images: rng(0).normals([2, 4, 4, 1]) }] }),
      ),
    "2 column headings, but received 0.",
  ],
  [
    "a window from high to low",
    () =>
      densityInTime({
        ...{ ...words, range: { x: [1, 0], y: [0, 1] } },
        panels: [{ title: "a", slices: [{ t: 0, x: points }] }],
      }),
    "a range from low to high, but received [1, 0].",
  ],
])("%s", (_, draw, message) => {
  expect(draw).toThrow(message);
});
