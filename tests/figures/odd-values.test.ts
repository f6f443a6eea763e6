import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import {
  bars,
  dataTable,
  densityInTime,
  imageGrid,
  lossCurves,
  metricTable,
  type Plot,
  panels,
  plot,
} from "../../lib/figures";

// Values near the ends of what can be drawn, and beyond them.

const words = { title: "T", alt: "A." };
const axes = { x: { label: "x" }, y: { label: "y" } };
const logs = { x: { label: "x", log: true }, y: { label: "y", log: true } };

type Part = Readonly<Record<string, never>> & {
  readonly x: readonly (number | null)[];
  readonly y: readonly (number | null)[];
  readonly error_y?: { readonly array: readonly (number | null)[] };
};
const parts = ({ figure }: Plot) => figure.data as unknown as readonly Part[];
const layout = ({ figure }: Plot) =>
  figure.layout as unknown as Readonly<Record<string, { readonly range?: readonly number[] }>>;

describe("logarithmic axes", () => {
  it("keep the digits of bands, error bars and cells far below the largest", () => {
    const band = { lower: [5e-6, 5e-3, 0.5], upper: [2e-5, 2e-2, 2] };
    const line = { kind: "line", x: [1e-4, 1, 100], y: [1e-5, 1e-2, 1], band } as const;
    const [shade] = parts(plot({ ...words, ...logs, traces: [line] }));
    expect(shade.x).toEqual([1e-4, 1, 100, 100, 1, 1e-4]);
    expect(shade.y).toEqual([...band.upper, ...[...band.lower].reverse()]);

    const error = [3e-8, 0.3];
    const points = { kind: "scatter", x: [1, 2], y: [1e-7, 1], error } as const;
    expect(parts(plot({ ...words, ...logs, traces: [points] }))[0].error_y?.array).toEqual(error);

    const cells = {
      kind: "heatmap",
      x: [1e-4, 1, 100],
      y: [1, 10],
      z: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    } as const;
    expect(parts(plot({ ...words, ...logs, traces: [cells] }))[0].x).toEqual(cells.x);
  });

  it("of panels with bars begin above 0", () => {
    const bar = (height: number) => ({ kind: "bar", x: ["a", "b"], y: [height, 200] }) as const;
    const figure = panels({
      ...words,
      panels: [1, 2].map((k) => ({
        ...{ title: `${k}`, x: axes.x, y: logs.y, traces: [bar(k)] },
      })),
    });
    for (const axis of ["yaxis", "yaxis2"]) {
      const [low, high] = layout(figure)[axis].range as readonly number[];
      expect(low).toBeCloseTo(Math.log10(1 / 200 ** 0.05), 4);
      expect(high).toBeCloseTo(Math.log10(200 * 200 ** 0.05), 4);
    }
  });
});

describe("values that can't be drawn are said to be missing", () => {
  it.each([
    ["a band that is not finite", axes, { lower: [0, Number.NaN, 1], upper: [2, 3, 4] }],
    ["a band at 0 on a logarithmic axis", logs, { lower: [0.5, 0, 1], upper: [2, 3, 4] }],
  ])("%s", (_, labels, band) => {
    const { alt } = plot({
      ...words,
      ...labels,
      traces: [{ kind: "line", x: [1, 2, 3], y: [1, 2, 3], band }],
    });
    expect(alt).toMatch(/^A\. Not drawn: 1 value, not finite/);
  });

  it("error bars that are not finite", () => {
    const errors = [Number.NaN, 1, Number.POSITIVE_INFINITY];
    const groups = ["a", "b", "c"];
    const { alt } = bars({ ...words, ...axes, groups, series: [{ name: "s", values: [1, 2, 3], errors }] });
    expect(alt).toBe("A. Not drawn: 2 values, not finite.");
  });

  it("fields without cells, and colours without limits", () => {
    const field = (x: number[], z: number[][], limits?: [number, number]) =>
      plot({ ...words, ...axes, traces: [{ kind: "heatmap", x, y: z.map((_, k) => k), z, limits }] });
    expect(() => field([], [])).toThrow("Expected cells in trace 1, but received none");
    expect(() => field([0], [[1]], [0, Number.POSITIVE_INFINITY])).toThrow(
      "limits from low to high of trace 1",
    );
    expect(() => field([0], [[1]], [1, 1])).toThrow("limits from low to high of trace 1");
    expect(() => field([0], [[1]], [0, 1])).not.toThrow();
  });
});

describe("axes", () => {
  it("whose ends lie near each other keep them apart", () => {
    const from = 1_700_000_000;
    const line = { kind: "line", x: [from, from + 10], y: [1, 2] } as const;
    const range = [from, from + 10] as const;
    expect(layout(plot({ ...words, ...axes, x: { label: "s", range }, traces: [line] })).xaxis.range).toEqual(
      range,
    );
    const equal = plot({ ...words, ...axes, equal: true, traces: [line] });
    expect(layout(equal).xaxis.range).toEqual([from - 0.5, from + 10.5]);
  });

  it("have two ends", () => {
    const line = { kind: "line", x: [0, 1], y: [1, 2] } as const;
    expect(() => plot({ ...words, ...axes, y: { label: "y", range: [3, 3] }, traces: [line] })).toThrow(
      "a range with two different ends, but received [3, 3]",
    );
  });
});

it("a moving average of losses is not blind to those after a huge one", () => {
  const losses = [1e18, ...Array<number>(99).fill(1)];
  const [, average] = parts(lossCurves({ title: "T", runs: [{ name: "a", losses }] }));
  expect(average.y[0]).toBe(1e18);
  expect(average.y.slice(10)).toEqual(Array(90).fill(1));
});

it("points on the far edge of a window are in its last cells", () => {
  const x = ndarray([4, 2], [0, 0, 1, 1, 1, 0, 1.001, 0]);
  const slices = [{ t: 0, x }];
  const figure = densityInTime({
    ...{ ...words, bins: 2, range: { x: [0, 1], y: [0, 1] }, panels: [{ title: "p", slices }] },
  });
  expect((figure.figure.data[0] as { readonly z?: unknown }).z).toEqual([
    [1, 1],
    [0, 1],
  ]);
  expect(figure.alt).toContain("25.0 % of the points lie outside the window");
});

describe("tables", () => {
  it("refuse a word for what is best, and digits that there are not", () => {
    const rows = [
      { model: "a", error: 1 },
      { model: "b", error: 2 },
    ];
    expect(() => metricTable({ title: "T", rows, best: { error: "lowest" as "min" } })).toThrow(
      'one of min, max as what is best, but received "lowest"',
    );
    expect(() => dataTable(rows, { digits: 0 })).toThrow("Expected 1 to 17 digits, but received 0");
  });

  it("show cells that are no JSON", async () => {
    const ring: Record<string, unknown> = {};
    ring.ring = ring;
    const rows = [{ a: { n: 1n }, b: ring, c: Symbol("s") }];
    const text = (await dataTable(rows).toBundle())["text/plain"] as string;
    expect(text).toContain('{"n":"1"}');
    expect(text).toContain("an object that holds itself");
    expect(text).toContain("Symbol(s)");
  });
});

describe("image grids", () => {
  const images = ndarray([1, 2, 2, 1], [0, 0, 0, 0]);
  const row = { label: "a", images };

  it.each<[RegExp, object]>([
    [/a range from low to high/, { rows: [{ ...row, range: [Number.NEGATIVE_INFINITY, 1] }] }],
    [
      /pixels in row "a", but received images of 0 × 2/,
      { rows: [{ ...row, images: ndarray([1, 0, 2, 1], []) }] },
    ],
    [
      /4 values in row "a", but received 3/,
      { rows: [{ ...row, images: { ...images, data: new Float32Array(3) } }] },
    ],
    [/images in row "a", but received undefined/, { rows: [{ label: "a" }] }],
    [/a width above 0 in pixels, but received NaN/, { rows: [row], width: Number.NaN }],
    [/a width above 0 in pixels, but received -5/, { rows: [row], width: -5 }],
  ])("complain: %s", (message, options) => {
    expect(() => imageGrid({ ...words, ...options } as never)).toThrow(message);
  });

  it("say how many values are clipped, when it is all of them", () => {
    const white = ndarray([1, 2, 2, 1], [3, 3, 3, 3]);
    const { alt } = imageGrid({ ...words, rows: [{ label: "a", images: white }] });
    expect(alt).toContain("A. 100 % of the values lie outside the range");
  });
});
