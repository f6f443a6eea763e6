import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meanStd, metricTable } from "../../lib/figures";
import { formatNumber } from "../../lib/text";

const rows = [
  { method: "coupled", KD: 0.0123456, W2: "0.12 ± 0.01 (3 seeds)", NFE: 84 },
  { method: "uncoupled <b>", KD: 0.0523456, W2: "0.32 ± 0.02 (3 seeds)", NFE: 12384 },
  { method: "broken", KD: Number.NaN, W2: "–", NFE: 1 },
];
const html = (table: ReturnType<typeof metricTable>) => table.toBundle()["text/html"] as string;
const plain = (table: ReturnType<typeof metricTable>) => table.toBundle()["text/plain"] as string;

describe("metricTable", () => {
  it("marks the best of a column, in numbers and in texts that begin with one; NaN never is", () => {
    const table = metricTable({ title: "Results", rows, best: { KD: "min", W2: "max" } });
    const bold = [...html(table).matchAll(/<strong>(.*?)<\/strong>/g)].map(([, text]) => text);
    expect(bold).toEqual(["0.01235", "0.32 ± 0.02 (3 seeds)"]);
    expect(plain(table)).toMatch(/0\.01235\*/);
    expect(html(table)).toContain("lower is better in KD; higher is better in W2.");
    const arrows = metricTable({ title: "t", rows: [{ "KD ↓": 1 }, { "KD ↓": 2 }], best: { "KD ↓": "min" } });
    expect(html(arrows)).toContain("Bold: the best of its column, unless tied.");
  });

  const bold = (values: readonly (string | number)[], digits = 4) => {
    const made = metricTable({ title: "t", rows: values.map((v) => ({ v })), best: { v: "min" }, digits });
    return [...html(made).matchAll(/<strong>(.*?)<\/strong>/g)].map(([, text]) => text);
  };

  it("marks none of those that are tied, and says so", () => {
    expect(bold([1, 1, 2])).toEqual([]);
    expect(bold([1, 2, 2])).toEqual(["1"]);
    expect(bold([1])).toEqual([]);
    const tied = metricTable({ title: "t", rows: [{ v: 1 }, { v: 1 }], best: { v: "min" } });
    expect(html(tied)).toContain("No value is bold: the best ones are tied; lower is better in v.");
    expect(plain(tied)).not.toContain("*");
  });

  it("takes for tied what is equal as shown, or nearer than the spreads of both", () => {
    expect(bold([1.00001, 1.00002])).toEqual([]);
    expect(bold([1.00001, 1.00002], 6)).toEqual(["1.00001"]);
    expect(bold(["0.275 ± 0.0097", "0.281 ± 0.010"])).toEqual([]);
    expect(bold(["0.275 ± 0.0097", "0.314 ± 0.027"])).toEqual(["0.275 ± 0.0097"]);
    expect(bold(["4.2 ± 0.3 (3 seeds)", "8.6 ± 0.7 (3 seeds)"])).toEqual(["4.2 ± 0.3 (3 seeds)"]);
    // The second best is far away, but the third is uncertain.
    expect(bold(["1 ± 0.1", "2 ± 0.1", "3 ± 5"])).toEqual([]);
  });

  it("escapes what it is given", () => {
    const table = metricTable({ title: "a < b", rows, note: "x & y" });
    expect(html(table)).toContain("<caption>a &lt; b</caption>");
    expect(html(table)).toContain("uncoupled &lt;b&gt;");
    expect(html(table)).toContain("x &amp; y");
  });

  it("aligns numbers to the right and heads rows by their names", () => {
    const text = html(metricTable({ title: "t", rows }));
    expect(text).toMatch(/<th scope="col" align="right"[^>]*>KD</);
    expect(text).toMatch(/<th scope="row" align="left"[^>]*>coupled</);
    expect(text).toMatch(/<th scope="col" align="left"[^>]*>W2</);
  });

  it("writes an aligned table in plain text", () => {
    const lines = plain(
      metricTable({ title: "t", rows: rows.slice(0, 2), columns: ["method", "NFE"] }),
    ).split("\n");
    expect(lines).toEqual([
      "t",
      "",
      "method            NFE",
      "─────────────  ──────",
      "coupled            84",
      "uncoupled <b>  12\u202f384",
    ]);
  });

  it("shows the columns asked for, with the digits asked for, and leaves gaps blank", () => {
    const table = metricTable({
      title: "t",
      rows: [{ a: 1.23456, b: 9.87654 }, { b: 1.5 }],
      columns: ["b", "a"],
      digits: { b: 2 },
    });
    expect(plain(table).split("\n").slice(2)).toEqual(["  b      a", "───  ─────", "9.9  1.235", "1.5"]);
  });

  it.each([
    [/no text for title/, { title: "", rows }],
    [/at least one row/, { title: "t", rows: [] }],
    [/a column among method, KD, W2, NFE.*"FID"/, { title: "t", rows, columns: ["FID"] }],
    [/"FID"/, { title: "t", rows, best: { FID: "min" as const } }],
  ])("complains: %s", (message, options) => {
    expect(() => metricTable(options)).toThrow(message);
  });
});

describe("formatNumber", () => {
  it.each([
    [0.012345, 3, "0.0123"],
    [1234.5678, 3, "1230"],
    [0.1, 4, "0.1000"],
    [-2.5, 2, "−2.5"],
    [1234567, 3, "1\u202f234\u202f567"],
    [9999, 3, "9999"],
    [1.5e-7, 2, "1.5e−7"],
    [1.5e12 + 0.5, 2, "1.5e12"],
    [0, 3, "0"],
    [Number.NaN, 3, "NaN"],
    [Number.NEGATIVE_INFINITY, 3, "−∞"],
    [0.99996, 3, "1.00"],
  ])("%f with %i digits is %s", (value, digits, text) => {
    expect(formatNumber(value, digits)).toBe(text);
  });

  it("is right to its last digit", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-12, max: 1e12, noNaN: true }),
        fc.integer({ min: 2, max: 8 }),
        (value, digits) => {
          const read = Number(
            formatNumber(value, digits)
              .replace(/−/g, "-")
              .replace(/\u202f/g, ""),
          );
          expect(Math.abs(read - value)).toBeLessThanOrEqual(
            0.5001 * 10 ** (Math.floor(Math.log10(value)) + 1 - digits) * 10,
          );
          expect(Math.abs(read / value - 1)).toBeLessThanOrEqual(5.001 * 10 ** -digits);
        },
      ),
    );
  });
});

describe("meanStd", () => {
  it("is the mean and the sample deviation, with as many decimals as the deviation needs", () => {
    // Mean 0.123 and deviation 0.004, by hand.
    expect(meanStd([0.119, 0.123, 0.127])).toBe("0.1230 ± 0.0040 (3 seeds)");
    expect(meanStd([10, 20])).toBe("15.0 ± 7.1 (2 seeds)");
    expect(meanStd([-1200, -1000], { of: "runs" })).toBe("−1100 ± 141 (2 runs)");
  });

  it("has no deviation of one value, and says when values are not finite", () => {
    expect(meanStd([0.5])).toBe("0.5000 (1 seed)");
    expect(meanStd([1, Number.NaN])).toBe("NaN ± NaN (2 seeds)");
    expect(() => meanStd([])).toThrow(/at least one value/);
  });

  it("agrees with the two-pass formula on any values", () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(values, (list) => {
        const mean = list.reduce((a, b) => a + b, 0) / list.length;
        const std = Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (list.length - 1));
        fc.pre(std > 1e-6);
        const [m, s] = meanStd(list).replace(/−/g, "-").split(" ± ").map(Number.parseFloat);
        expect(Math.abs(s - std)).toBeLessThanOrEqual(Math.max(0.5, 0.051 * std));
        expect(Math.abs(m - mean)).toBeLessThanOrEqual(Math.max(0.51, 0.051 * std));
        if (std < 9) expect(Math.abs(s / std - 1)).toBeLessThan(0.051);
      }),
    );
  });
});
