import { describe, expect, it } from "vitest";
import { type IntervalsOptions, intervals } from "../../lib/figures";

const base: IntervalsOptions = {
  title: "Kernel distance over three seeds",
  alt: "The coupled model is lower.",
  x: { label: "kernel distance × 1000" },
  y: { label: "model" },
  rows: [
    { name: "coupled", value: 4, low: 3.5, high: 4.6, points: [3.6, 4, 4.4] },
    { name: "uncoupled", value: 8, low: 7, high: 9 },
  ],
  reference: 0,
};
interface Part {
  readonly mode: string;
  readonly x: (number | null)[];
  readonly y: (number | null)[];
  readonly showlegend?: boolean;
  readonly name?: string;
}
const parts = (options: IntervalsOptions) => intervals(options).figure.data as unknown as Part[];

describe("intervals", () => {
  it("draws whiskers from low to high, values and points of each row, the first on top", () => {
    const [reference, points, whiskers, values] = parts(base);
    expect(reference.x).toEqual([0, 0]);
    expect([points.x, points.y]).toEqual([
      [3.6, 4, 4.4],
      [1, 1, 1],
    ]);
    expect(whiskers.x).toEqual([3.5, 4.6, null, 7, 9, null]);
    expect(whiskers.y).toEqual([1, 1, null, 0, 0, null]);
    expect([values.x, values.y]).toEqual([
      [4, 8],
      [1, 0],
    ]);
    const { figure, alt } = intervals(base);
    const { yaxis } = figure.layout as unknown as { yaxis: { tickvals: number[]; ticktext: string[] } };
    expect([yaxis.tickvals, yaxis.ticktext]).toEqual([
      [1, 0],
      ["coupled", "uncoupled"],
    ]);
    expect(alt).not.toContain("Not drawn");
  });

  it("leaves air beside the outermost ends, on a linear axis and on a logarithmic one", () => {
    const rangeOf = (options: IntervalsOptions) =>
      (intervals(options).figure.layout as unknown as { xaxis: { range: [number, number] } }).xaxis.range;
    const [low, high] = rangeOf(base);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(9);
    const [from, to] = rangeOf({ ...base, reference: undefined, x: { ...base.x, log: true } });
    expect(from).toBeLessThan(Math.log10(3.5));
    expect(to).toBeGreaterThan(Math.log10(9));
    expect(rangeOf({ ...base, x: { ...base.x, range: [1, 8] } })).toEqual([1, 8]);
  });

  it("has one entry in the legend for each series, and none for a single one", () => {
    expect(parts(base).some(({ showlegend }) => showlegend)).toBe(false);
    const rows = base.rows.map((row, r) => ({ ...row, series: `set ${r}` }));
    const named = parts({ ...base, rows }).filter(({ showlegend }) => showlegend);
    expect(named.map(({ name }) => name)).toEqual(["set 0", "set 1"]);
  });

  it.each<[string, Partial<IntervalsOptions>, string]>([
    ["no rows", { rows: [] }, "at least one row"],
    ["a doubled name", { rows: [base.rows[0], base.rows[0]] }, '"coupled"'],
    ["a value outside its interval", { rows: [{ ...base.rows[0], low: 5 }] }, "low ≤ value ≤ high"],
    ["series for some", { rows: [base.rows[0], { ...base.rows[1], series: "b" }] }, "or for none"],
  ])("refuses %s", (_, options, message) => {
    expect(() => intervals({ ...base, ...options })).toThrow(message);
  });
});
