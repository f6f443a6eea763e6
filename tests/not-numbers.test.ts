import { describe, expect, it } from "vitest";
import { ndarray } from "../lib/array";
import { missingCells } from "../lib/data";
import { holeError, kernelOfRows, pairedKernelDistance } from "../lib/metrics";
import { rng } from "../lib/random";
import {
  conditionalVariance,
  marginalGap,
  nearestRows,
  nearestValues,
  rankCorrelations,
} from "../lib/statistics";

describe("what isn't a number", () => {
  const image = (value: number) => ndarray([2, 1, 2, 1], [value, 1, 1, 1]);
  it.each<[string, () => unknown]>([
    ["ranks", () => rankCorrelations(ndarray([3, 2], [1, 2, 3, Number.NaN, 5, 6]))],
    ["distribution functions", () => marginalGap([1, Number.NaN], [1, 2])],
    ["neighbours in x", () => conditionalVariance([1, 2, 3], [1, Number.NaN, 3])],
    ["nearest values", () => nearestValues([1, 2], [Number.NaN])],
    ["nearest rows", () => nearestRows(ndarray([1, 2], [Number.NaN, 1]), ndarray([2, 2], [1, 1, 2, 2]))],
    [
      "cells to leave out",
      () => missingCells(ndarray([2, 1], [Number.NaN, 1]), { share: 0.3, kind: "large", rng: rng(0) }),
    ],
    ["rows to choose from", () => nearestRows(ndarray([1, 1], [0]), ndarray([2, 1], [Number.NaN, 2]))],
    [
      "holes",
      () => holeError({ x: image(Number.NaN), truth: image(0), keep: ndarray([2, 1, 2, 1], [0, 1, 0, 1]) }),
    ],
  ])("is refused by %s", (_, work) => {
    expect(work).toThrow(/but received NaN/);
  });
});

it("rows that there are not are refused, where they were passed over", () => {
  const points = ndarray([3, 1], [1, 2, 4]);
  const { of } = kernelOfRows(points, points);
  expect(() => of([0, 1, 7], [0, 1])).toThrow("rows from 0 to 2, but received 7");
  expect(() => of([0, 1], [0, 1, 0.5])).toThrow("received 0.5");
  const paired = pairedKernelDistance({ a: points, b: points });
  expect(() => paired.of([0, 1, -1])).toThrow("images from 0 to 2, but received -1");
});
