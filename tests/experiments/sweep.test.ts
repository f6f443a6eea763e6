import { describe, expect, test } from "vitest";
import { formatSpread, summarise, sweep } from "../../lib/experiments";

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

describe("formatSpread", () => {
  test("has a mean alone for a single run", () => {
    expect(formatSpread([2.34567])).toBe("2.35");
  });

  test("has all digits before the point", () => {
    expect(formatSpread([3904, 3906])).toBe("3905 ± 1.4");
    expect(formatSpread([0, 0])).toBe("0 ± 0");
    // Also where rounding adds a digit: the spread of 100 and 241 is 99.7.
    expect(formatSpread([999.9])).toBe("1000");
    expect(formatSpread([-999.9])).toBe("-1000");
    expect(formatSpread([999.4])).toBe("999");
    expect(formatSpread([100, 241])).toBe("171 ± 100");
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
