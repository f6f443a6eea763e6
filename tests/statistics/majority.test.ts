import { describe, expect, it } from "vitest";
import { majority } from "../../lib/statistics";

describe("majority", () => {
  it("names a group by its known labels", () => {
    const groups = Int32Array.of(0, 0, 0, 2, 2, 2, 1);
    const labels = Int32Array.of(5, -1, 5, 3, 1, 1, -1);
    expect([...majority(groups, labels)]).toEqual([5, -1, 1]);
  });

  it("takes the least of equally frequent labels, and knows no name for an empty group", () => {
    expect([...majority(Int32Array.of(2, 2, 0), Int32Array.of(7, 4, 0))]).toEqual([0, -1, 4]);
  });

  it("refuses other numbers of labels, and groups below 0", () => {
    expect(() => majority(Int32Array.of(0), Int32Array.of(1, 2))).toThrow(/1 labels.*received 2/s);
    expect(() => majority(Int32Array.of(-1), Int32Array.of(1))).toThrow(/groups of 0 or more/);
    expect(() => majority(Int32Array.of(0), Int32Array.of(-2))).toThrow(/−1 or more, but received -2/);
  });
});
