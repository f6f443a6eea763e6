import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisValues } from "../../../lib/cli/sweeps/axis-values";

const number = { name: "seed", type: "number" } as const;
const text = { name: "kind", type: "text" } as const;

describe("the values of an axis", () => {
  it.each([
    ["3", ["3"]],
    ["0..4", ["0", "1", "2", "3", "4"]],
    ["-1..1,7", ["-1", "0", "1", "7"]],
    ["2..2", ["2"]],
    ["0.1..0.5:0.1", ["0.1", "0.2", "0.3", "0.4", "0.5"]],
    ["0..1:0.3", ["0", "0.3", "0.6", "0.9"]],
    ["1e-3..3e-3:1e-3", ["0.001", "0.002", "0.003"]],
    ["1,2,1", ["1", "2"]],
    ["0..2,1..3", ["0", "1", "2", "3"]],
  ])("are, for numbers, %s", (given, values) => {
    expect(axisValues(number, given)).toEqual(values);
  });

  it("are, for text, what is between the commas", () => {
    expect(axisValues(text, "coupled, uncoupled")).toEqual(["coupled", "uncoupled"]);
    expect(axisValues(text, "0..4")).toEqual(["0..4"]);
    expect(axisValues(text, "")).toEqual([""]);
  });

  it("are not divided within brackets and quotes", () => {
    const list = { name: "widths", type: "list" } as const;
    expect(axisValues(list, "[1,2],[3,[4,5]]")).toEqual(["[1,2]", "[3,[4,5]]"]);
    expect(axisValues({ name: "r" }, '{"a":1,"b":"}"},{"a":2}')).toEqual(['{"a":1,"b":"}"}', '{"a":2}']);
  });

  it("end at the range's end wherever rounding falls", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 6 }),
        (first, steps, digits) => {
          const at = (k: number) => (k / 10 ** digits).toFixed(digits);
          const by = (1 / 10 ** digits).toFixed(digits);
          const values = axisValues(number, `${at(first)}..${at(first + steps)}:${by}`);
          expect(values).toEqual(Array.from({ length: steps + 1 }, (_, k) => `${Number(at(first + k))}`));
        },
      ),
    );
  });

  it.each([
    ["4..0", "a range that goes up"],
    ["0..4:0", "a range that goes up"],
    ["0..100000", "at most 10000 steps for seed"],
    ["", "at least one value after seed="],
  ])("are not %j", (given, message) => {
    expect(() => axisValues(number, given)).toThrow(message);
  });
});
