import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LineTrace, type PlotOptions, panels, plot } from "../../lib/figures";
import { coloursOf, palette } from "../../lib/figures/style";

const line: LineTrace = { kind: "line", x: [0, 1], y: [2, 3] };
const good: PlotOptions = {
  title: "Cost of transport",
  alt: "One rising line.",
  x: { label: "time t" },
  y: { label: "cost (squared units)" },
  traces: [line],
};

describe("plot", () => {
  it.each([
    ["title", { ...good, title: " " }],
    ["alt", { ...good, alt: "" }],
    ["x.label", { ...good, x: { label: "" } }],
    ["y.label", { ...good, y: {} as { label: string } }],
    ["title", { ...good, title: undefined as unknown as string }],
  ])("asks for the missing %s", (what, options) => {
    expect(() => plot(options)).toThrow(new RegExp(`no text for ${what}\\b`));
  });

  it("names everything that is missing at once", () => {
    expect(() => plot({ ...good, title: "", alt: "" })).toThrow(/title, alt/);
  });

  it("asks for names when a legend is needed, and not when it is not", () => {
    expect(() => plot({ ...good, traces: [line, { ...line, name: "b" }] })).toThrow(/name.*none for trace 1/);
    expect(() =>
      plot({
        ...good,
        traces: [
          { ...line, legend: false },
          { ...line, name: "b" },
        ],
      }),
    ).not.toThrow();
    expect(() => plot(good)).not.toThrow();
  });

  it.each<[string, LineTrace, RegExp]>([
    ["as many x as y", { ...line, x: [1, 2, 3] }, /as many x as y in trace 1, but received 3 and 2/],
    ["points", { ...line, x: [], y: [] }, /points in trace 1.*none/],
    ["finite numbers", { ...line, y: [Number.NaN, Number.POSITIVE_INFINITY] }, /finite numbers in trace 1/],
    ["an error bar per point", { ...line, error: [1] }, /2 values for error/],
    [
      "a band as long as the line",
      { ...line, band: { lower: [1, 2], upper: [3] } },
      /2 values for band.upper/,
    ],
  ])("asks for %s", (_, trace, message) => {
    expect(() => plot({ ...good, traces: [trace] })).toThrow(message);
  });

  it("says in the alt text and below the figure what could not be drawn", () => {
    const { alt, figure } = plot({ ...good, traces: [{ ...line, x: [0, 1, 2], y: [1, Number.NaN, 2] }] });
    expect(alt).toBe("One rising line. Not drawn: 1 value, not finite.");
    const notes = figure.layout["annotations"] as { text: string }[];
    expect(notes.map((note) => note.text)).toContain("Not drawn: 1 value, not finite.");
  });

  it("counts what a logarithmic axis can't show", () => {
    const y = { label: "loss", log: true };
    expect(plot({ ...good, y, traces: [{ ...line, x: [0, 1, 2, 3], y: [1, 0, -2, 2] }] }).alt).toMatch(
      /Not drawn: 2 values, not finite or not above 0/,
    );
    expect(() => plot({ ...good, y, traces: [{ ...line, y: [-1, 0] }] })).toThrow(
      /above 0 on a logarithmic axis/,
    );
    expect(() => plot({ ...good, y: { ...y, range: [0, 1] } })).toThrow(/positive range/);
  });

  it("keeps numbers to a 2000th of their span, and whole steps as they are", () => {
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 100_000 }), (y, every) => {
        const x = y.map((_, k) => k * every);
        const { data } = plot({ ...good, traces: [{ kind: "line", x, y }] }).figure;
        expect(data[0]["x"]).toEqual(x);
        const kept = data[0]["y"] as number[];
        const span = Math.max(...y) - Math.min(...y);
        y.forEach((value, k) => {
          expect(Math.abs(kept[k] - value)).toBeLessThanOrEqual(
            span > 0 ? span / 2000 : Math.abs(value) * 1e-5,
          );
        });
      }),
    );
  });

  it("does not change what is passed, and freezes what it returns", () => {
    const options = structuredClone(good);
    const made = plot(options);
    expect(options).toEqual(good);
    expect(Object.isFrozen(made)).toBe(true);
  });

  it("escapes HTML in words that Plotly would read as such, but for sub and sup", () => {
    const { figure } = plot({ ...good, x: { label: "x<sub>1</sub> <a href='javascript:1'>" } });
    const { text } = (figure.layout["xaxis"] as { title: { text: string } }).title;
    expect(text).toBe("x<sub>1</sub> &lt;a href='javascript:1'&gt;");
  });
});

describe("names on an axis", () => {
  const bar = (x: string[]) =>
    plot({ ...good, traces: [{ kind: "bar", x, y: x.map(() => 1) }] }).figure.layout["xaxis"];

  it("stay names, also when they look like numbers or dates", () => {
    expect(bar(["0", "1", "10"])).toMatchObject({ type: "category", ticktext: ["0", "1", "10"] });
    expect(bar(["2024-01-01", "1e3"])).toMatchObject({ type: "category" });
  });

  it("are broken where they are wider than their place, and turned where a word is", () => {
    const places = ["Smileys & Emotion", "Animals & Nature", "Food & Drink", "Flags"];
    const eight = bar([...places, ...places.map((name) => `${name} again`)]);
    expect(eight).toMatchObject({ tickangle: 0 });
    expect((eight as { ticktext: string[] }).ticktext[0]).toBe("Smileys &amp;<br>Emotion");
    expect(bar(Array.from({ length: 12 }, (_, k) => `internationalisation ${k}`))).toMatchObject({
      tickangle: -40,
    });
  });
});

describe("panels", () => {
  const panel = { title: "coupled", x: good.x, y: good.y, traces: [{ ...line, name: "a" }] };

  it("asks for each panel's title and labels, saying which", () => {
    const second = { ...panel, title: "" };
    expect(() => panels({ title: "t", alt: "a", panels: [panel, second] })).toThrow(/title of panel 2/);
    const third = { ...panel, x: { label: "" } };
    expect(() => panels({ title: "t", alt: "a", panels: [panel, panel, third] })).toThrow(
      /x.label of panel 3/,
    );
    expect(() => panels({ title: "t", alt: "a", panels: [] })).toThrow(/at least one panel/);
  });

  it("gives all panels one range when axes are shared, and labels the outer ones", () => {
    const other = {
      ...panel,
      title: "uncoupled",
      traces: [{ kind: "line" as const, name: "a", x: [5, 9], y: [-4, 0] }],
    };
    const { layout } = panels({ title: "t", alt: "a", panels: [panel, other] }).figure;
    const [first, second] = ["xaxis", "xaxis2"].map((name) => layout[name] as { range: number[] });
    expect(first.range).toEqual(second.range);
    expect(first.range[0]).toBeLessThanOrEqual(0);
    expect(first.range[1]).toBeGreaterThanOrEqual(9);
    expect(layout["yaxis"]).toMatchObject({ showticklabels: true });
    expect(layout["yaxis2"]).toMatchObject({ showticklabels: false });
    const { layout: apart } = panels({ title: "t", alt: "a", panels: [panel, other], shared: false }).figure;
    expect((apart["xaxis"] as { range?: number[] }).range).toBeUndefined();
  });

  it("names a series once in the legend, and colours it alike in all panels", () => {
    const { data } = panels({
      title: "t",
      alt: "a",
      panels: ["one", "two", "three"].map((title) => ({
        ...panel,
        title,
        traces: [
          { ...line, name: "coupled" },
          { ...line, name: "other" },
        ],
      })),
    }).figure;
    const inLegend = data.filter((trace) => trace["showlegend"] === true).map((trace) => trace["name"]);
    expect(inLegend).toEqual(["coupled", "other"]);
    const drawn = data.filter((trace) => trace["showlegend"] === false && trace["name"] === "coupled");
    expect(new Set(drawn.map((trace) => (trace["line"] as { color: string }).color))).toEqual(
      new Set([palette[0]]),
    );
  });

  it("breaks a label of y that is longer than its panel is high, and makes room for its lines", () => {
    const labelled = (label: string) => {
      const fields = ["a", "b", "c"].map((title) => ({ ...panel, title, y: { label } }));
      const { layout } = panels({ title: "t", alt: "a", panels: fields, shared: false }).figure;
      const { yaxis, margin } = layout as unknown as {
        yaxis: { title: { text: string } };
        margin: { l: number };
      };
      return { lines: yaxis.title.text.split("<br>"), left: margin.l };
    };
    const short = labelled("loss");
    const long = labelled("squared error of the velocity (per value of an image)");
    expect(short.lines).toEqual(["loss"]);
    expect(long.lines.join(" ")).toBe("squared error of the velocity (per value of an image)");
    expect(long.lines.length).toBeGreaterThan(1);
    expect(long.left - short.left).toBe(15 * (long.lines.length - 1));
  });

  it("keeps panels apart, inside the figure and in reading order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 }), (count, columns) => {
        const fields = Array.from({ length: count }, (_, k) => ({ ...panel, title: `panel ${k}` }));
        const { layout } = panels({ title: "t", alt: "a", panels: fields, columns }).figure;
        const boxes = fields.map((_, k) => {
          const suffix = k === 0 ? "" : k + 1;
          const [x, y] = ["x", "y"].map(
            (side) => (layout[`${side}axis${suffix}`] as { domain: number[] }).domain,
          );
          return { x, y };
        });
        for (const { x, y } of boxes) {
          for (const [low, high] of [x, y]) {
            expect(low).toBeGreaterThanOrEqual(0);
            expect(high).toBeLessThanOrEqual(1);
            expect(low).toBeLessThan(high);
          }
        }
        for (let k = 1; k < count; k++) {
          const [a, b] = [boxes[k - 1], boxes[k]];
          const right = b.x[0] > a.x[1] && Math.abs(b.y[0] - a.y[0]) < 1e-9;
          expect(right || b.y[1] < a.y[0]).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("coloursOf", () => {
  it("gives every series of a figure its own colour while there are enough", () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: palette.length });
    fc.assert(fc.property(names, (list) => new Set(coloursOf(list).values()).size === list.length));
  });

  it("keeps the colours of well-known series, whatever else there is", () => {
    const alone = coloursOf(["coupled", "uncoupled"]);
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 6 }), (others) => {
        const colours = coloursOf([
          ...others.filter((name) => !/coupled|independent|neither/i.test(name)),
          "coupled",
          "uncoupled",
        ]);
        expect(colours.get("coupled")).toBe(alone.get("coupled"));
        expect(colours.get("uncoupled")).toBe(alone.get("uncoupled"));
      }),
    );
  });
});
