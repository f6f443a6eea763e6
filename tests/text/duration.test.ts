import { expect, it } from "vitest";
import { duration } from "../../lib/text";

it("durations are told in two units at most", () => {
  expect([0, 8.4, 59.6, 250, 3599.6, 3660, 90061].map(duration)).toEqual([
    "0 s",
    "8 s",
    "1 min 0 s",
    "4 min 10 s",
    "1 h 0 min",
    "1 h 1 min",
    "25 h 1 min",
  ]);
});

it("an unknown duration is said to be one", () => {
  expect([Number.NaN, Number.POSITIVE_INFINITY, -1].map(duration)).toEqual(["unknown", "unknown", "unknown"]);
});
