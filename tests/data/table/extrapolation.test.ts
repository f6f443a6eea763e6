import { expect, it } from "vitest";
import { table } from "../../../lib/data";
import { farValues } from "../../../lib/data/table/extrapolation";
import { fitRows } from "../../../lib/data/table/fit-rows";

const day = 86_400_000;
const grades = ["none", "low", "middle", "high", "highest"];

/** 0 to 100, 1 to 10,000 by powers of ten, ten days, and two neighbours of five grades. */
const rows = Array.from({ length: 50 }, (_, k) => ({
  size: 2 * (k % 51),
  dose: 10 ** (k % 5),
  day: new Date(Date.UTC(2024, 0, 1) + (k % 11) * day),
  grade: grades[k % 2],
  colour: ["red", "green", "blue"][k % 3],
}));
const columns = { dose: { log: true }, grade: { kind: "ordinal", levels: grades } } as const;

const dataOf = async () => {
  const data = await table(rows, { columns });
  // What the rows for training have, counted here.
  const train = Array.from(data.train.rows, (row) => rows[row].size);
  return { data, low: Math.min(...train), high: Math.max(...train) };
};

it("finds values that lie outside the range seen in training by more than half of its width", async () => {
  const { data, low, high } = await dataOf();
  expect(data.columns[0].range).toEqual([low, high]);
  const found = async (...given: readonly Readonly<Record<string, unknown>>[]) =>
    farValues(data.columns, await fitRows(given as Parameters<typeof fitRows>[0], data.columns));
  const half = (high - low) / 2;
  expect(await found({ size: high + half - 1 }, { size: low - half + 1 })).toEqual([]);
  expect(await found({ size: 50 }, { size: high + half + 1 }, { size: -1e6 }, { size: null })).toEqual([
    { column: "size", rows: [2, 1], seen: [low, high] },
  ]);
  // Four decades: two more are not far, three are.
  expect(await found({ dose: 0.02 }, { dose: 900_000 })).toEqual([]);
  expect(await found({ dose: 2e6 })).toEqual([{ column: "dose", rows: [0], seen: [1, 10_000] }]);
  expect(await found({ day: "2024-01-15" }, { day: "2023-12-28" })).toEqual([]);
  expect(await found({ day: "2034-01-15" })).toEqual([
    { column: "day", rows: [0], seen: ["2024-01-01", "2024-01-11"] },
  ]);
  expect(await found({ grade: "low" }, { grade: "high" })).toEqual([
    { column: "grade", rows: [1], seen: ["none", "low"] },
  ]);
  expect(await found({ colour: "red" })).toEqual([]);
});

it("has nothing to say of columns that were read before their range was kept", async () => {
  const { data } = await dataOf();
  const old = data.columns.map(({ range: _, ...column }) => column);
  expect(farValues(old, await fitRows([{ size: 1e9 }], old))).toEqual([]);
});
