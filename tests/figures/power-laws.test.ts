import { describe, expect, it } from "vitest";
import { type PowerLawsOptions, powerLaws } from "../../lib/figures";

const n = [1, 4, 16];
const base: PowerLawsOptions = {
  title: "Cost against batch",
  alt: "Lines that rise.",
  x: { label: "batch (samples)" },
  panels: [
    {
      title: "time",
      y: { label: "time of a call (s)" },
      series: [
        {
          name: "large: 1.00",
          series: "large",
          x: n,
          y: [2, 8, 32],
          law: (x) => 2 * x,
          error: [0.1, 0.1, 0.2],
        },
        { name: "small: 0.50", series: "small", x: [2, 8], y: [1, 2] },
      ],
    },
    {
      title: "memory",
      y: { label: "peak (MB)" },
      series: [{ name: "large: 1.00", series: "large", x: n, y: [3, 3, 6] }],
    },
  ],
};
interface Part {
  readonly mode: string;
  readonly name: string;
  readonly x: (number | null)[];
  readonly y: (number | null)[];
  readonly xaxis?: string;
  readonly showlegend?: boolean;
  readonly error_y?: { readonly array: number[] };
  readonly marker?: { readonly color: string };
}
const draw = (options: PowerLawsOptions) => {
  const { figure } = powerLaws(options);
  const layout = figure.layout as unknown as Record<
    string,
    { type: string; tickvals: number[]; title?: { text: string } }
  >;
  return { parts: figure.data as unknown as Part[], layout };
};

describe("powerLaws", () => {
  it("draws points, and the law as a line over their range", () => {
    const { parts } = draw(base);
    const lines = parts.filter(({ mode, x }) => mode === "lines" && x[0] !== null);
    expect(lines).toHaveLength(1);
    const [{ x, y }] = lines;
    expect([x[0], x.at(-1)]).toEqual([1, 16]);
    x.forEach((value, i) => {
      expect((y[i] as number) / (2 * (value as number))).toBeCloseTo(1, 3);
    });
    const points = parts.filter(({ mode, x: [first] }) => mode === "markers" && first !== null);
    expect(points.map((part) => [part.xaxis, part.x, part.y])).toEqual([
      ["x", n, [2, 8, 32]],
      ["x", [2, 8], [1, 2]],
      ["x2", n, [3, 3, 6]],
    ]);
    expect(points[0].error_y?.array).toEqual([0.1, 0.1, 0.2]);
    expect(points[0].marker?.color).toBe(points[2].marker?.color);
    expect(points[0].marker?.color).not.toBe(points[1].marker?.color);
  });

  it("draws the line where the law was fitted", () => {
    const [panel] = base.panels;
    const fitted = [4, 8] as const;
    const { parts } = draw({ ...base, panels: [{ ...panel, series: [{ ...panel.series[0], fitted }] }] });
    const [{ x }] = parts.filter(({ mode }) => mode === "lines");
    expect([x[0], x.at(-1)]).toEqual([4, 8]);
  });

  it("has logarithmic axes with ticks at the points, and one legend entry for each name", () => {
    const { parts, layout } = draw(base);
    for (const axis of ["xaxis", "yaxis", "xaxis2", "yaxis2"]) expect(layout[axis].type).toBe("log");
    expect(layout.xaxis.tickvals).toEqual([1, 2, 4, 8, 16]);
    const entries = parts.filter(({ showlegend }) => showlegend).map(({ name }) => name);
    expect(entries).toEqual(["large: 1.00", "small: 0.50"]);
    expect(layout.yaxis2.title?.text).toBe("peak (MB)");
  });

  it("draws a single panel under the figure's title, and refuses one without series", () => {
    const [{ title: _, ...panel }] = base.panels;
    expect(powerLaws({ ...base, panels: [panel] }).title).toBe("Cost against batch");
    expect(() => powerLaws({ ...base, panels: [{ ...panel, series: [] }] })).toThrow("at least one series");
  });
});
