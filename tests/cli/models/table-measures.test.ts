import { describe, expect, it } from "vitest";
import { ndarray } from "../../../lib/array";
import { chanceOf } from "../../../lib/cli/models/measures";
import { cellMeasures, simpleFillings } from "../../../lib/cli/models/table-measures";
import { table } from "../../../lib/data";
import { type Rng, rng } from "../../../lib/random";

const named = (measures: ReturnType<typeof cellMeasures>, name: string) =>
  measures.find((measure) => measure.name.includes(name));

describe("hidden cells", () => {
  const n = 4000;
  it.each<[string, (source: Rng) => number]>([
    ["uniform", (source) => source.uniform()],
    ["skewed", (source) => -Math.log(1 - source.uniform())],
  ])("of a %s law lie within 80 % of draws from it in 80 %", async (_, law) => {
    const source = rng("law");
    const x = ndarray(
      [n, 1],
      Array.from({ length: n }, () => law(source)),
    );
    const drawn = Array.from({ length: n }, () => Array.from({ length: 19 }, () => law(source)));
    const { columns } = await table([0, 1, 2, 3, 4].map((a) => ({ a })));
    const judged = Array.from({ length: n }, (_, e) => e);
    const measures = cellMeasures({ x, columns, judged, drawsOf: (e) => drawn[e], others: {} });
    const within = named(measures, "within 80 %");
    // The standard error is √(0.16 / 4000) = 0.0063.
    expect(Math.abs(within!.value - 0.8)).toBeLessThan(0.02);
    expect(within!.beside).toEqual({ calibrated: 0.8 });
    expect(within!.low < 0.8 && 0.8 < within!.high).toBe(true);
  });

  it("of one row hang together: the interval is over rows", async () => {
    const { columns } = await table([0, 1, 2, 3, 4].map((a) => ({ a, b: a * a })));
    const x = ndarray(
      [50, 2],
      Array.from({ length: 100 }, (_, e) => (e < 80 ? 0 : 9)),
    );
    const drawn = Array.from({ length: 19 }, (_, k) => k - 9);
    const judged = Array.from({ length: 100 }, (_, e) => e);
    const both = named(cellMeasures({ x, columns, judged, drawsOf: () => drawn, others: {} }), "within")!;
    const first = judged.filter((e) => e % 2 === 0);
    const one = named(
      cellMeasures({ x, columns, judged: first, drawsOf: () => drawn, others: {} }),
      "within",
    )!;
    expect(both.value).toBeCloseTo(0.8, 12);
    expect([both.low, both.high]).toEqual([one.low, one.high]);
  });

  it("that are categories have no middle, and their own means", async () => {
    const rows = Array.from({ length: 200 }, (_, k) => ({ kind: k % 20 === 0 ? "rare" : "usual" }));
    const { columns, train } = await table(rows);
    expect(columns[0].kind).toBe("categorical");
    const share = Array.from(train.x.data).filter((value) => value === 1).length / train.x.shape[0];
    const others = simpleFillings(
      train.x,
      columns,
      train.x,
      ndarray(
        train.x.shape,
        train.x.data.map(() => 0),
      ),
    );
    const judged = Array.from(train.x.data.keys());
    const measures = cellMeasures({
      ...{ x: train.x, columns, judged },
      drawsOf: () => Array(19).fill(1),
      others: { "column means": others["column means"] },
    });
    // The variance of ±1 with this share of 1.
    expect(measures[0].beside["column means"]).toBeCloseTo(4 * share * (1 - share), 6);
    expect(named(measures, "within")).toBeUndefined();
    expect(simpleFillings(undefined, columns, train.x, train.x)).toEqual({});
  });

  it("in one row alone are refused as rows", async () => {
    const { columns } = await table([0, 1, 2, 3, 4].map((a) => ({ a })));
    const x = ndarray([1, 1], [0]);
    expect(() =>
      cellMeasures({ x, columns, judged: [0], drawsOf: () => Array(19).fill(0), others: {} }),
    ).toThrow("Expected 2 rows or more with hidden cells to measure a model of rows on, but received 1.");
  });
});

it("chance counts how many images each class has", () => {
  const seen = Int32Array.from({ length: 10 }, (_, k) => (k < 9 ? 0 : 1));
  expect(chanceOf(Int32Array.of(0, 0, 0, 1), seen)).toBeCloseTo(0.75 * 0.9 + 0.25 * 0.1, 12);
  expect(chanceOf(Int32Array.of(0, 1), Int32Array.of(0, 1, 0, 1))).toBe(0.5);
});
