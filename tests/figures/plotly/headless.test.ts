import { describe, expect, it } from "vitest";
import { bars, panels, plot, trajectories } from "../../../lib/figures";
import type { PlotlyFigure } from "../../../lib/figures/plotly/figure";
import { drawHeadless } from "../../../lib/figures/plotly/headless";
import { palette } from "../../../lib/figures/style";
import { rng } from "../../../lib/random";
import { apart, pictureOf, rgb } from "../pixels";

const words = { title: "Cost of transport", alt: "Two lines & a <band>." };
const axes = {
  x: { label: "time t (s)", range: [0, 10] },
  y: { label: "cost (units²)", range: [0, 4] },
} as const;

/** Where a point of the data lies in the picture, from the margins and ranges that the figure states. */
function place(figure: PlotlyFigure, pictureWidth: number, x: number, y: number): [number, number] {
  const { width, height } = figure.layout;
  const { l, r, t, b } = figure.layout["margin"] as Record<string, number>;
  const scale = pictureWidth / width;
  const [[x0, x1], [y0, y1]] = ["xaxis", "yaxis"].map(
    (name) => (figure.layout[name] as { range: number[] }).range,
  );
  return [
    scale * (l + ((x - x0) / (x1 - x0)) * (width - l - r)),
    scale * (t + ((y1 - y) / (y1 - y0)) * (height - t - b)),
  ];
}

const drawSvg = async (figure: PlotlyFigure) => (await drawHeadless(figure)).svg;
const textsOf = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, inner]) => inner.replace(/<[^>]*>/g, ""));

describe("a drawn plot", () => {
  const made = plot({
    ...words,
    ...axes,
    traces: [
      { kind: "line", name: "coupled", x: [0, 10], y: [1, 1], width: 4 },
      { kind: "line", name: "uncoupled", x: [0, 10], y: [3, 3], width: 4 },
    ],
  });

  it("holds title, labels, ticks and legend as text", async () => {
    const texts = textsOf(await drawSvg(made.figure));
    for (const text of [
      "Cost of transport",
      "time t (s)",
      "cost (units²)",
      "0",
      "2",
      "10",
      "coupled",
      "uncoupled",
    ]) {
      expect(texts).toContain(text);
    }
  });

  it("shows lines where the data are, in their colours, on white", async () => {
    const picture = await pictureOf(await made.toBundle());
    expect(picture.width).toBe(2 * made.figure.layout.width);
    expect(picture.height).toBe(2 * made.figure.layout.height);
    const at = (x: number, y: number) => picture.at(...place(made.figure, picture.width, x, y));
    for (const x of [0.4, 3.3, 5.1, 9.6]) {
      expect(apart(at(x, 1), rgb(palette[0]))).toBeLessThan(12);
      expect(apart(at(x, 3), rgb(palette[1]))).toBeLessThan(12);
      expect(apart(at(x, 2.3), [255, 255, 255])).toBeLessThan(4);
    }
  });

  it("leaves room for the words: the y label stands left of the tick labels", async () => {
    const svg = await drawSvg(made.figure);
    const label = /class="ytitle" transform="rotate\(-90,([\d.]+),/.exec(svg);
    const ticks = [...svg.matchAll(/class="ytick"><text text-anchor="end" x="([\d.]+)"[^>]*>([^<]+)</g)];
    expect(ticks.length).toBeGreaterThan(2);
    for (const [, x, text] of ticks) expect(Number(label?.[1])).toBeLessThan(Number(x) - 6 * text.length);
    expect(Number(label?.[1])).toBeGreaterThan(8);
  });

  it("is a bundle whose parts agree", async () => {
    const bundle = await made.toBundle();
    expect(Object.keys(bundle).sort()).toEqual([
      "application/vnd.plotly.v1+json",
      "image/png",
      "text/html",
      "text/plain",
    ]);
    expect(bundle["text/plain"]).toBe("Cost of transport\nTwo lines & a <band>.");
    expect(bundle["application/vnd.plotly.v1+json"]).toBe(made.figure);
    const html = bundle["text/html"] as string;
    expect(html).toContain('alt="Cost of transport. Two lines &amp; a &lt;band&gt;."');
    expect(html).toContain(bundle["image/png"]);
    expect(html).not.toMatch(/https?:|\/\/cdn/);
    expect(await made.toBundle()).toBe(bundle);
  });

  it("draws the same picture of the same plot", async () => {
    const again = plot({ ...words, ...axes, traces: [{ kind: "line", x: [0, 10], y: [1, 2] }] });
    const twin = plot({ ...words, ...axes, traces: [{ kind: "line", x: [0, 10], y: [1, 2] }] });
    expect(await again.toBundle()).toEqual(await twin.toBundle());
  });
});

describe("other drawings", () => {
  it("draws a heat map's cells with sharp edges", async () => {
    const made = plot({
      ...words,
      x: { label: "column", range: [-0.5, 1.5] },
      y: { label: "row", range: [-0.5, 1.5] },
      traces: [
        {
          kind: "heatmap",
          x: [0, 1],
          y: [0, 1],
          z: [
            [0, 1],
            [1, 0],
          ],
          plotly: {
            colorscale: [
              [0, "#204060"],
              [1, "#e0c0a0"],
            ],
          },
        },
      ],
    });
    const picture = await pictureOf(await made.toBundle());
    const at = (x: number, y: number) => picture.at(...place(made.figure, picture.width, x, y));
    for (const [x, y] of [
      [-0.4, -0.4],
      [0.44, 0.44],
      [0, 0],
      [0.56, 1.4],
      [1.4, 0.56],
    ]) {
      expect(apart(at(x, y), rgb("#204060"))).toBeLessThan(8);
    }
    for (const [x, y] of [
      [0.56, 0.44],
      [1.4, -0.4],
      [1, 0],
      [-0.4, 1.4],
      [0.44, 0.56],
    ]) {
      expect(apart(at(x, y), rgb("#e0c0a0"))).toBeLessThan(8);
    }
  });

  it("writes a logarithmic axis in numbers that a reader knows", async () => {
    const svg = await drawSvg(
      plot({
        ...words,
        x: { label: "step" },
        y: { label: "loss", log: true },
        traces: [{ kind: "line", x: [1, 2, 3], y: [0.02, 0.2, 1] }],
      }).figure,
    );
    const texts = textsOf(svg);
    for (const tick of ["0.02", "0.05", "0.1", "0.2", "0.5", "1"]) expect(texts).toContain(tick);
  });

  it("writes all logarithmic axes in one size, in plain numbers while they are short", async () => {
    const drawn = (low: number) =>
      drawSvg(
        plot({
          ...words,
          x: { label: "step" },
          y: { label: "loss", log: true },
          traces: [{ kind: "line", x: [1, 2], y: [low, 10] }],
        }).figure,
      );
    const [short, long] = [await drawn(1e-3), await drawn(1e-8)];
    for (const tick of ["0.001", "0.01", "0.1", "1", "10"]) expect(textsOf(short)).toContain(tick);
    expect(textsOf(long).join(" ")).toMatch(/10.*[−-]8/);
    const sizes = [short, long].flatMap((svg) =>
      [...svg.matchAll(/class="ytick".*?font-size: ([\d.]+)px/gs)].map(([, size]) => Number(size)),
    );
    expect(new Set(sizes)).toEqual(new Set([11.5]));
  });

  it("draws bars from zero to their values, with whiskers", async () => {
    const made = bars({
      ...words,
      x: { label: "digit" },
      y: { label: "distance", range: [0, 4] },
      groups: ["0", "1"],
      series: [{ name: "coupled", values: [2, 4], errors: [0.5, 0.1] }],
    });
    const picture = await pictureOf(await made.toBundle());
    const figure = {
      ...made.figure,
      layout: { ...made.figure.layout, xaxis: { range: [-0.5, 1.5] } },
    } as PlotlyFigure;
    const at = (x: number, y: number) => picture.at(...place(figure, picture.width, x, y));
    const colour = rgb((made.figure.data[0]["marker"] as { color: string }).color);
    // Beside the whisker, which is in the middle of the bar.
    expect(apart(at(0.2, 0.1), colour)).toBeLessThan(8);
    expect(apart(at(0.2, 1.9), colour)).toBeLessThan(8);
    expect(apart(at(0.2, 2.1), colour)).toBeGreaterThan(60);
    expect(apart(at(0, 2.3), [255, 255, 255])).toBeGreaterThan(60);
  });

  it("stays small enough to be committed, however many points it is given", async () => {
    const r = rng(3);
    const [start, end] = [r.normals([4000, 2]), r.normals([4000, 2])];
    const path = Array.from({ length: 50 }, (_, k) => ({ t: k / 49, x: k === 0 ? start : end }));
    const panel = { start, end, paths: path };
    const made = trajectories({
      ...words,
      panels: ["one", "two", "three"].map((title) => ({ title, ...panel })),
    });
    expect(JSON.stringify(made.figure).length).toBeLessThan(80_000);
    const bundle = await made.toBundle();
    expect(JSON.stringify(bundle).length).toBeLessThan(400_000);
    expect(bundle["text/plain"]).toContain("Drawn: 120 of 4000 points, 30 of them with their paths.");
  });

  it("draws panels with their titles", async () => {
    const made = panels({
      ...words,
      panels: ["coupled & bound", "uncoupled"].map((title) => ({
        title,
        ...axes,
        traces: [{ kind: "scatter", x: [1, 2], y: [1, 2] }],
      })),
    });
    const texts = textsOf(await drawSvg(made.figure));
    expect(texts).toEqual(expect.arrayContaining(["coupled &amp; bound", "uncoupled"]));
    expect(texts.filter((text) => text === "cost (units²)")).toHaveLength(1);
  });

  const lines = (y: number[]) => [{ kind: "line", x: [0, 1, 2], y } as const];
  const axis = { x: { label: "step" }, y: { label: "mean squared error (units²)" } };
  it.each([
    ["tiny values", plot({ ...words, ...axis, traces: lines([1e-6, 2e-5, 3e-5]) })],
    ["large values", plot({ ...words, ...axis, traces: lines([-123456, 0, 987654]) })],
    ["values far from zero", plot({ ...words, ...axis, traces: lines([1000.0001, 1000.0002, 1000.0004]) })],
    [
      "long names",
      bars({
        ...words,
        x: { label: "class asked for" },
        y: axis.y,
        groups: Array.from({ length: 14 }, (_, k) => `an internationalisation ${k}`),
        series: [{ name: "a", values: Array.from({ length: 14 }, () => 1) }],
        note: "Small print below the names.",
      }),
    ],
    [
      "many series and a long title",
      plot({
        title:
          "A title that goes on and on, over the width of the figure, " +
          "as titles of figures in papers may well do",
        alt: "Lines.",
        ...axis,
        traces: Array.from({ length: 9 }, (_, k) => ({
          ...lines([k, 1, 2])[0],
          name: `the series of number ${k}`,
        })),
        note:
          "A note that goes on and on, over the width of the figure, " +
          "as notes below figures in papers may well do, and then some more.",
      }),
    ],
    [
      "panels on axes of their own",
      panels({
        ...words,
        shared: false,
        panels: [1, 1e-5, 1e5].map((scale) => ({
          title: `${scale}`,
          ...axis,
          traces: lines([scale, 2 * scale, 4 * scale]),
        })),
      }),
    ],
  ])("cuts no word off at the edges: %s", async (_, made) => {
    const picture = await pictureOf(await made.toBundle());
    const edge: number[] = [];
    for (let x = 0; x < picture.width; x++)
      edge.push(picture.at(x, 1)[0], picture.at(x, picture.height - 2)[0]);
    for (let y = 0; y < picture.height; y++)
      edge.push(picture.at(1, y)[0], picture.at(picture.width - 2, y)[0]);
    expect(Math.min(...edge)).toBeGreaterThan(245);
  });
});
