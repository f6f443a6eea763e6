import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatSpread, spread, summarise, sweep } from "../../lib/experiments";

describe("sweep", () => {
  test("runs every combination once, the last axis fastest, and joins settings with results", async () => {
    const rows = await sweep({ letter: ["a", "b"], digit: [1, 2, 3] }, ({ letter, digit }) => ({
      word: `${letter}${digit}`,
    }));
    expect(rows.map((row) => row.word)).toEqual(["a1", "a2", "a3", "b1", "b2", "b3"]);
    expect(rows[4]).toEqual({ letter: "b", digit: 2, word: "b2" });
  });

  test("runs one after the other", async () => {
    let running = 0;
    await sweep({ k: [1, 2, 3] }, async () => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return {};
    });
  });

  test("names an axis without values", async () => {
    await expect(sweep({ seed: [] }, () => ({}))).rejects.toThrow(/"seed"/);
  });
});

describe("spread", () => {
  test("is the textbook mean and standard deviation", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2 }), (values) => {
        const { mean, sd, runs } = spread(values);
        const n = values.length;
        const sum = values.reduce((a, b) => a + b, 0);
        const squares = values.reduce((a, b) => a + b * b, 0);
        expect(runs).toBe(n);
        expect(mean).toBeCloseTo(sum / n, 8);
        expect(sd ** 2).toBeCloseTo((squares - (sum * sum) / n) / (n - 1), 3);
      }),
    );
  });

  test("has no standard deviation for a single run", () => {
    expect(spread([3]).sd).toBeNaN();
    expect(formatSpread([2.34567])).toBe("2.35");
  });

  test("is written with all digits before the point", () => {
    expect(formatSpread([3904, 3906])).toBe("3905 ± 1.4");
    expect(formatSpread([0, 0])).toBe("0 ± 0");
    expect(formatSpread([0.012345])).toBe("0.0123");
  });
});

test("summarise averages the rows of each value, in order of appearance", () => {
  const rows = [
    { kind: "b", loss: 1 },
    { kind: "a", loss: 5 },
    { kind: "b", loss: 3 },
  ];
  expect(summarise(rows, { by: "kind", columns: { loss: (row) => row.loss } })).toEqual([
    { kind: "b", loss: "2.00 ± 1.4" },
    { kind: "a", loss: "5.00" },
  ]);
});
