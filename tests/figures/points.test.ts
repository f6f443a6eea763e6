import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ndarray } from "../../lib/array";
import { bars, densityInTime, lossCurves, markdown, scatter2d, trajectories } from "../../lib/figures";
import { rng } from "../../lib/random";

const words = { title: "Flow", alt: "Points." };

describe("lossCurves", () => {
  const run = (losses: number[], every = 1) =>
    lossCurves({ title: "Loss", runs: [{ name: "coupled", losses, every }], smooth: 3 });
  const lines = (made: ReturnType<typeof run>) =>
    made.figure.data.filter((trace) => (trace["x"] as unknown[]).length > 1) as unknown as {
      x: number[];
      y: number[];
    }[];

  it("shows the losses, and the mean of those around each", () => {
    const [raw, smooth] = lines(run([3, 0, 3, 6, 0], 10));
    expect(raw.x).toEqual([10, 20, 30, 40, 50]);
    expect(raw.y).toEqual([3, 0, 3, 6, 0]);
    // The last is on the line through 3, 6 and 0: their mean less half of 3.
    expect(smooth.y).toEqual([3, 2, 3, 3, 1.5]);
  });

  it("does not end in the loss of the last batch", () => {
    const losses = Array.from({ length: 100 }, (_, k) => 1 + (k % 2 ? 0.5 : -0.5));
    losses[99] = 9;
    const made = lossCurves({ title: "Loss", runs: [{ name: "a", losses }], smooth: 25, log: true });
    const [, smooth] = lines(made);
    expect(smooth.y.at(-1)).toBeGreaterThan(1);
    expect(smooth.y.at(-1)).toBeLessThan(2.5);
    expect(Math.min(...smooth.y.slice(30))).toBeGreaterThanOrEqual(0.5);
  });

  it("draws a floor across the plot, and names it", () => {
    const made = lossCurves({ title: "Loss", runs: [{ name: "a", losses: [3, 2, 2], floor: 1.5 }] });
    const floor = lines(made).find(({ y }) => y.every((value) => value === 1.5));
    expect(floor?.x).toEqual([1, 3]);
    expect(made.alt).toContain("a goes from 3 to 2 in 3 steps, with a floor at 1.50");
  });

  it("leaves a straight line straight: the mean does not lag", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (slope, smooth) => {
          const losses = Array.from({ length: 200 }, (_, k) => 10 + slope * k);
          const made = lossCurves({ title: "Loss", runs: [{ name: "a", losses }], smooth });
          for (const { x, y } of lines(made)) {
            x.forEach((step, k) => {
              expect(Math.abs(y[k] - losses[step - 1])).toBeLessThanOrEqual(Math.abs(slope) * 0.2 + 1e-4);
            });
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("draws a long run with few points, its first and last among them", () => {
    const made = run(Array.from({ length: 100_000 }, (_, k) => 1 / (k + 1)));
    for (const { x } of lines(made)) {
      expect(x.length).toBeLessThanOrEqual(300);
      expect([x[0], x[x.length - 1]]).toEqual([1, 100_000]);
    }
    expect(made.alt).toMatch(
      /^Loss against training step: coupled goes from 1 to \S+ in 100000 steps\. Faint: before smoothing\.$/,
    );
  });

  it("passes over losses that are not numbers, and says so", () => {
    const made = run([1, Number.NaN, 1]);
    expect(lines(made)[1].y).toEqual([1, 1, 1]);
    expect(made.alt).toContain("Not drawn: 1 value, not finite.");
  });

  it("refuses a logarithmic axis for a loss that goes below 0, and says where", () => {
    expect(() =>
      lossCurves({ title: "t", runs: [{ name: "a", losses: [1, -0.5], every: 5 }], log: true }),
    ).toThrow(/-0.5 at step 10 of "a"/);
    expect(() => lossCurves({ title: "t", runs: [] })).toThrow(/at least one run/);
    expect(() => lossCurves({ title: "t", runs: [{ name: "a", losses: [] }] })).toThrow(/losses of run "a"/);
    expect(() => lossCurves({ title: "", runs: [{ name: "a", losses: [1] }] })).toThrow(/title/);
  });
});

describe("trajectories", () => {
  const start = ndarray([3, 2], [0, 0, 1, 0, 2, 0]);
  const middle = ndarray([3, 2], [0, 1, 1, 1, 2, 1]);
  const end = ndarray([3, 2], [0, 2, 1, 2, 2, 2]);
  const panel = {
    title: "coupled",
    start,
    end,
    paths: [
      { t: 0, x: start },
      { t: 0.5, x: middle },
      { t: 1, x: end },
    ],
  };
  const drawn = (made: ReturnType<typeof trajectories>, name: string) =>
    made.figure.data.filter((trace) => trace["name"] === name && (trace["x"] as unknown[]).length > 1);

  it("draws each path from its start through its middle to its end, once each", () => {
    const made = trajectories({ ...words, panels: [panel] });
    const [path] = drawn(made, "path");
    expect(path["x"]).toEqual([0, 0, 0, null, 1, 1, 1, null, 2, 2, 2]);
    expect(path["y"]).toEqual([0, 1, 2, null, 0, 1, 2, null, 0, 1, 2]);
    expect(drawn(made, "start, t = 0")[0]["y"]).toEqual([0, 0, 0]);
    expect(drawn(made, "end, t = 1")[0]["y"]).toEqual([2, 2, 2]);
    expect(made.alt).toBe("Points.");
  });

  it("calls lines without states in between pairs", () => {
    const made = trajectories({ ...words, panels: [{ ...panel, paths: [] }] });
    expect(drawn(made, "path")).toEqual([]);
    expect(drawn(made, "pair")[0]["y"]).toEqual([0, 2, null, 0, 2, null, 0, 2]);
    const few = trajectories({ ...words, limit: { paths: 2 }, panels: [{ ...panel, paths: [] }] });
    expect(JSON.stringify(few)).toContain("Drawn: 3 pairs, 2 of them joined.");
  });

  it("shows a point somewhat outside the others, and leaves out one that is far away", () => {
    const x = ndarray(
      [400, 2],
      Float64Array.from({ length: 800 }, (_, e) => (e >> 1) / 400),
    );
    const rangeWith = (value: number) => {
      x.data[1] = value;
      const [{ layout }] = [
        trajectories({
          ...words,
          limit: { points: 400 },
          panels: [{ title: "all", start: x, end: x, paths: [] }],
        }).figure,
      ];
      return (layout as unknown as { yaxis: { range: [number, number] } }).yaxis.range;
    };
    expect(rangeWith(1.1)[1]).toBeGreaterThan(1.1);
    expect(rangeWith(9)[1]).toBeLessThan(1.5);
  });

  it("draws starts and ends with different signs", () => {
    const made = trajectories({ ...words, panels: [panel] });
    const symbols = ["start, t = 0", "end, t = 1"].map(
      (name) => (drawn(made, name)[0]["marker"] as { symbol: string }).symbol,
    );
    expect(symbols).toEqual(["circle-open", "circle"]);
  });

  it("colours paths and ends by class, and names the classes", () => {
    const made = trajectories({
      ...words,
      panels: [{ ...panel, labels: [0, 1, 0] }],
      classes: ["cat", "dog"],
    });
    expect(drawn(made, "cat, t = 1")[0]["x"]).toEqual([0, 2]);
    expect(made.figure.data.filter((trace) => trace["name"] === "dog, t = 1")).not.toHaveLength(0);
  });

  it("draws the edges of cells, at multiples of their side", () => {
    const made = trajectories({ ...words, panels: [{ ...panel, cells: 2 }] });
    const [edges] = drawn(made, "cells");
    const [x, y] = [edges["x"], edges["y"]] as (number | null)[][];
    const upright = x.filter((value, k) => value !== null && value === x[k + 1]);
    expect(upright).toEqual([0, 2]);
    expect(y.filter((value, k) => value !== null && value === y[k + 1])).toEqual([0, 2]);
    expect(made.alt).toBe("Points.");
    expect(() => trajectories({ ...words, panels: [{ ...panel, cells: 0 }] })).toThrow(
      /side of cells above 0/,
    );
  });

  it("puts panels into columns", () => {
    const made = trajectories({ ...words, panels: [panel, { ...panel, title: "second" }], columns: 1 });
    const { layout } = made.figure as unknown as { layout: Record<string, { domain: number[] }> };
    expect(layout["xaxis"].domain).toEqual(layout["xaxis2"].domain);
  });

  it("gives all panels the same square window, which holds their points", () => {
    const far = { ...panel, title: "far", end: ndarray([3, 2], [9, 9, 9, 9, 9, 9]) };
    const { layout } = trajectories({ ...words, panels: [panel, far] }).figure;
    const ranges = ["xaxis", "xaxis2", "yaxis", "yaxis2"].map(
      (name) => (layout[name] as { range: [number, number] }).range,
    );
    expect(ranges[0]).toEqual(ranges[1]);
    expect(ranges[2]).toEqual(ranges[3]);
    expect(ranges[0][1] - ranges[0][0]).toBeCloseTo(ranges[2][1] - ranges[2][0], 3);
    expect(ranges[0][1]).toBeGreaterThan(9);
  });

  it.each([
    [/at least one panel/, []],
    [/2 end points|3 end points/, [{ ...panel, end: ndarray([2, 2], [0, 0, 0, 0]) }]],
    [/start in panel "coupled" of shape \[any, 2\]/, [{ ...panel, start: ndarray([3, 1], [0, 0, 0]) }]],
    [/times from 0 to 1/, [{ ...panel, paths: [panel.paths[1], panel.paths[0]] }]],
    [/3 points at t = 0.5/, [{ ...panel, paths: [{ t: 0.5, x: ndarray([1, 2], [0, 0]) }] }]],
    [/3 labels/, [{ ...panel, labels: [1] }]],
  ])("complains: %s", (message, list) => {
    expect(() => trajectories({ ...words, panels: list })).toThrow(message);
  });
});

describe("densityInTime", () => {
  const cloud = (n: number, seed: number) => rng(seed).normals([n, 2]);

  it("draws known densities, by their values at the middle of each cell", () => {
    const bell = (t: number) => ({
      t,
      density: ({ data }: { readonly data: ArrayLike<number> }) =>
        Float64Array.from({ length: data.length / 2 }, (_, i) =>
          Math.exp(-((data[2 * i] - t) ** 2) - data[2 * i + 1] ** 2),
        ),
    });
    const range = { x: [-2, 2], y: [-2, 2] } as const;
    const rows = [{ title: "bell", slices: [bell(0), bell(1)] }];
    const made = densityInTime({ ...words, panels: rows, range, bins: 4 });
    const maps = made.figure.data.filter((trace) => trace["type"] === "heatmap");
    const z = maps.map((trace) => trace["z"] as number[][]);
    // Middles are at ±0.5 and ±1.5; row 1 is y = −0.5.
    expect(z[0][1][2]).toBeCloseTo(Math.exp(-0.5), 3);
    expect(z[1][1][2]).toBeCloseTo(Math.exp(-0.5), 3);
    expect(z[1][1][0]).toBeCloseTo(Math.exp(-6.25 - 0.25), 3);
    // The peak is exp(−0.5) = 0.607, and colours end at 0.6 times that.
    expect(made.alt).toContain("The darkest colour stands for 0.36 or more.");
    expect(() => densityInTime({ ...words, panels: rows })).toThrow(/a range/);
    const mixed = [{ title: "both", slices: [bell(0), { t: 1, x: ndarray([1, 2], [0, 0]) }] }];
    expect(() => densityInTime({ ...words, panels: mixed, range })).toThrow(/all samples, or all densities/);
    const short = [{ title: "short", slices: [{ t: 0, density: () => [1] }] }];
    expect(() => densityInTime({ ...words, panels: short, range, bins: 4 })).toThrow(/16 values/);
  });

  it("counts each sample in the cell where it lies", () => {
    const x = ndarray([4, 2], [0.5, 0.5, 0.6, 0.4, 1.5, 0.5, 1.5, 1.5]);
    const made = densityInTime({
      ...words,
      panels: [{ title: "coupled", slices: [{ t: 0, x }] }],
      bins: 2,
      range: { x: [0, 2], y: [0, 2] },
    });
    // Row = y, column = x: two samples near (0.5, 0.5), one at (1.5, 0.5), one at (1.5, 1.5).
    expect(made.figure.data[0]["z"]).toEqual([
      [2, 1],
      [0, 1],
    ]);
    expect(made.figure.data[0]["x"]).toEqual([0.5, 1.5]);
    const even = [{ title: "even", slices: [{ t: 0, x: ndarray([2, 2], [0.5, 0.5, 1.5, 1.5]) }] }];
    expect(densityInTime({ ...words, panels: even, bins: 2 }).alt).not.toContain("darkest");
  });

  it("loses no sample inside the window", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 2, max: 30 }), (n, bins) => {
        const made = densityInTime({
          ...words,
          panels: [
            {
              title: "a",
              slices: [
                { t: 0, x: cloud(n, n) },
                { t: 1, x: cloud(n, n + 1) },
              ],
            },
          ],
          bins,
          range: { x: [-9, 9], y: [-9, 9] },
        });
        for (const trace of made.figure.data) {
          expect((trace["z"] as number[][]).flat().reduce((a, b) => a + b)).toBe(n);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("compares slices of unlike sizes by shares, and says what lies outside or is no number", () => {
    const odd = ndarray([4, 2], [0.5, 0.5, Number.NaN, 0, 50, 50, 1.5, 1.5]);
    const made = densityInTime({
      ...words,
      panels: [
        {
          title: "a",
          slices: [
            { t: 0, x: odd },
            { t: 1, x: ndarray([1, 2], [0.5, 0.5]) },
          ],
        },
      ],
      bins: 2,
      range: { x: [0, 2], y: [0, 2] },
    });
    expect(made.figure.data[0]["z"]).toEqual([
      [250, 0],
      [0, 250],
    ]);
    expect(made.figure.data[1]["z"]).toEqual([
      [1000, 0],
      [0, 0],
    ]);
    expect(made.alt).toContain("20.0 % of the points lie outside the window.");
    expect(made.alt).toContain("1 point is not finite");
  });

  it("draws the exact density's peak where it is, on the last slice alone", () => {
    const slices = [0, 1].map((t) => ({ t, x: cloud(200, 5) }));
    const exact = (x: number, y: number) => Math.exp(-((x - 1) ** 2) - y ** 2);
    const { data } = densityInTime({
      ...words,
      panels: [{ title: "a", slices, exact }],
      bins: 8,
      range: { x: [-4, 4], y: [-4, 4] },
    }).figure;
    const contours = data.filter((trace) => trace["type"] === "contour");
    expect(contours).toHaveLength(1);
    expect(contours[0]["xaxis"]).toBe("x2");
    const z = contours[0]["z"] as number[][];
    const peak = Math.max(...z.flat());
    const row = z.findIndex((values) => values.includes(peak));
    expect([-0.5, 0.5]).toContain((contours[0]["y"] as number[])[row]);
    expect([0.5, 1.5]).toContain((contours[0]["x"] as number[])[z[row].indexOf(peak)]);
  });

  it("asks for slices of every flow at the same number of times, inside the window", () => {
    const slice = { t: 0, x: cloud(5, 1) };
    const panels = [
      { title: "a", slices: [slice, slice] },
      { title: "b", slices: [slice] },
    ];
    expect(() => densityInTime({ ...words, panels })).toThrow(/2 slices in "b"/);
    expect(() =>
      densityInTime({ ...words, panels: [panels[1]], range: { x: [50, 51], y: [50, 51] } }),
    ).toThrow(/points inside the window/);
  });
});

describe("scatter2d and bars", () => {
  it("draws the points given, up to a limit that it states", () => {
    const x = rng(1).normals([50, 2]);
    const axes = { x: { label: "x<sub>1</sub>" }, y: { label: "x<sub>2</sub>" } };
    const made = scatter2d({ ...words, ...axes, series: [{ name: "data", x }], limit: 20 });
    expect(made.figure.data[0]["x"] as number[]).toHaveLength(20);
    expect(made.alt).toContain("At most 20 of 50 points");
    expect(made.figure.layout["yaxis"]).toMatchObject({ scaleanchor: "x", scaleratio: 1 });
    expect(() =>
      scatter2d({ ...words, ...axes, series: [{ name: "a", x: ndarray([2, 3], [0, 0, 0, 0, 0, 0]) }] }),
    ).toThrow(/series "a" of shape \[any, 2\]/);
  });

  it("asks for one value and one error per group", () => {
    const axes = { x: { label: "digit" }, y: { label: "distance" }, groups: ["0", "1"] };
    expect(() => bars({ ...words, ...axes, series: [{ name: "a", values: [1] }] })).toThrow(
      /2 values in series "a"/,
    );
    expect(() => bars({ ...words, ...axes, series: [{ name: "a", values: [1, 2], errors: [1] }] })).toThrow(
      /2 errors/,
    );
  });

  it("gives bars the colour of the series that they belong to", () => {
    const axes = { x: { label: "digit" }, y: { label: "distance" }, groups: ["0"] };
    const colour = (name: string, series?: string) => {
      const made = bars({ ...words, ...axes, series: [{ name, ...(series && { series }), values: [1] }] });
      return (made.figure.data[0]["marker"] as { color: string }).color;
    };
    expect(colour("coupled flow", "coupled")).toBe(colour("coupled"));
    expect(colour("coupled flow", "uncoupled")).toBe(colour("uncoupled"));
    expect(colour("coupled")).not.toBe(colour("uncoupled"));
  });

  it("passes Markdown on", () => {
    expect(markdown("*a* $x$").toBundle()).toEqual({ "text/markdown": "*a* $x$", "text/plain": "*a* $x$" });
  });
});
