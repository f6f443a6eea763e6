import { expect, it } from "vitest";
import { table } from "../../../lib/data";
import { fitRows } from "../../../lib/data/table/fit-rows";

const rows = Array.from({ length: 30 }, (_, k) => ({ size: k, colour: ["red", "green", "blue"][k % 3] }));

it("gives further rows the coordinates that the first table's rows have", async () => {
  const first = await table(rows);
  const [size] = first.columns;
  const {
    x,
    keep,
    rows: given,
    absent,
  } = await fitRows(
    [
      { colour: "green", size: 12, note: "kept" },
      { colour: null, size: 100, note: "" },
    ],
    first.columns,
  );
  const standard = (value: number) => Math.fround((value - size.mean!) / size.deviation!);
  // Levels in their order: blue, green, red.
  expect(Array.from(x.data.slice(0, 4))).toEqual([standard(12), -1, 1, -1]);
  expect(Array.from(x.data.slice(4))).toEqual([standard(100), Number.NaN, Number.NaN, Number.NaN]);
  expect(Array.from(keep.data)).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
  expect(given[0]).toEqual({ colour: "green", size: 12, note: "kept" });
  expect(absent).toEqual([]);
  expect(first.decode(x)[0]).toEqual({ size: 12, colour: "green" });
});

it("reads what could be read in two ways as in the first table, and is else told", async () => {
  const first = await table(
    Array.from({ length: 20 }, (_, k) => ({ price: `${k},25`, day: `${k + 5}/03/2024`, count: `${k * k}` })),
  );
  expect(first.columns.map(({ decimal, dates }) => [decimal, dates])).toEqual([
    [",", undefined],
    [undefined, "dmy"],
    [undefined, undefined],
  ]);
  const { x } = await fitRows([{ price: "1,234", day: "01/02/2024" }], first.columns);
  expect(first.decode(x)).toEqual([{ price: 1.234, day: "2024-02-01", count: null }]);
  await expect(fitRows([{ count: "1,234" }], first.columns)).rejects.toThrow("read in one way");
});

it("takes a column that is lacking as missing; refuses a table without any, or other levels", async () => {
  const { columns } = await table(rows);
  const { keep, absent } = await fitRows([{ size: 3 }], columns);
  expect([Array.from(keep.data), absent]).toEqual([[1, 0, 0, 0], ["colour"]]);
  await expect(fitRows([{ weight: 3 }], columns)).rejects.toThrow(
    "Expected one of the columns size, colour in the records, but received weight.",
  );
  await expect(fitRows([{ colour: "grey" }], columns)).rejects.toThrow(
    /Expected one of blue, green, red.*"grey"/,
  );
});
