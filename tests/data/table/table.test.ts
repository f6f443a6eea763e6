import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { table as arquero, from } from "arquero";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, describe, expect, it } from "vitest";
import { describe as summary, type TableOptions, type TableRow, table, take } from "../../../lib/data";
import { fitRows } from "../../../lib/data/table/fit-rows";
import { rng } from "../../../lib/random";

const folder = mkdtempSync(join(tmpdir(), "table "));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const path = (content: string | Uint8Array, ending = "csv") => {
  const name = join(folder, `${files++}.${ending}`);
  writeFileSync(name, content);
  return name;
};
const csv = (content: string, options: TableOptions = {}) => table(path(content), options);

const source = rng("rows");
/** Rows of every kind, and those of a reader of JSON. */
const people = Array.from({ length: 40 }, (_, k) => ({
  "height (cm)": Math.round(1700 + 100 * source.normal()) / 10,
  age: 20 + source.int(50),
  colour: ["red", "green", "blue"][source.int(3)],
  member: source.int(2) === 1,
  grade: ["low", "middle", "high"][source.int(3)],
  born: new Date(Date.UTC(1990, source.int(12), 1 + source.int(28))),
  seen: new Date(Date.UTC(2024, 0, 1, source.int(24), source.int(60), source.int(60))),
  person: `p${k % 8}`,
}));
const columns = { grade: { kind: "ordinal", levels: ["low", "middle", "high"] } } as const;
const options = { columns, group: "person" } as const;

const cell = (value: unknown) => (value instanceof Date ? value.toISOString() : `${value}`);
const lines = (rows: readonly TableRow[]) =>
  [Object.keys(rows[0]), ...rows.map((row) => Object.values(row).map(cell))]
    .map((cells) => cells.join(","))
    .join("\n");

/** The values as the table gives them back, of the rows with these numbers. */
const expectedRows = (rows: ArrayLike<number>, given: readonly (typeof people)[number][] = people) =>
  Array.from(rows, (row) => {
    const { person: _, born, seen, member, ...others } = given[row];
    return {
      ...others,
      member: `${member}`,
      born: born.toISOString().slice(0, 10),
      seen: seen.toISOString(),
    };
  });

/** Equal but for the rounding of a coordinate to float32. */
function expectSame(decoded: readonly TableRow[], wanted: readonly TableRow[]): void {
  expect(decoded).toHaveLength(wanted.length);
  decoded.forEach((row, i) => {
    for (const [name, value] of Object.entries(wanted[i])) {
      if (typeof value === "number") expect(row[name], name).toBeCloseTo(value, 4);
      else if (name === "seen") {
        expect(Math.abs(Date.parse(row[name] as string) - Date.parse(value as string))).toBeLessThan(50);
      } else expect(row[name], name).toBe(value);
    }
  });
}

describe("a table", () => {
  it("becomes standardised coordinates, by the rows for training, and back", async () => {
    const data = await table(people, options);
    expect(data.columns.map(({ name, kind, span }) => [name, kind, ...span])).toEqual([
      ["height (cm)", "numeric", 0, 1],
      ["age", "numeric", 1, 2],
      ["colour", "categorical", 2, 5],
      ["member", "categorical", 5, 6],
      ["grade", "ordinal", 6, 7],
      ["born", "date", 7, 8],
      ["seen", "date", 8, 9],
    ]);
    expect(data.spans).toEqual(data.columns.map(({ span }) => span));
    expect(data.columns[0]).toMatchObject({ unit: "cm", axis: "height (cm)", role: "target", missing: 0 });
    const { x, keep } = data.train;
    expect(keep).toBeUndefined();
    for (const at of [0, 1, 6, 7, 8]) {
      const values = Array.from({ length: x.shape[0] }, (_, i) => x.data[9 * i + at]);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
      expect(mean).toBeCloseTo(0, 5);
      expect(deviation).toBeCloseTo(1, 5);
    }
    for (const { x, rows } of [data.train, data.test]) {
      expectSame(data.decode(x), expectedRows(rows));
      rows.forEach((row, i) => {
        const colour = ["blue", "green", "red"].indexOf(people[row].colour);
        expect(Array.from(x.data.slice(9 * i + 2, 9 * i + 6))).toEqual([
          ...[0, 1, 2].map((k) => (k === colour ? 1 : -1)),
          people[row].member ? 1 : -1,
        ]);
      });
    }
  });

  it("is inverted to the precision of float32, whatever its scale", async () => {
    const number = fc.oneof(
      fc.double({ min: -1e12, max: 1e12, noNaN: true }),
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      fc.constantFrom(0, Number.MIN_VALUE, 1e-291, -1e-289, 3e-200),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 12, maxLength: 30 }), async (values) => {
        fc.pre(new Set(values).size > 8);
        const data = await table(
          values.map((value) => ({ value })),
          { seed: 3 },
        ).catch(() => undefined);
        if (!data) return; // the same in all rows for training
        const [{ mean = 0, deviation = 1 }] = data.columns;
        for (const { x, rows } of [data.train, data.test]) {
          data.decode(x).forEach((row, i) => {
            // More deviations from the mean than float32 holds: infinite, which couplings refuse.
            if (Math.abs(values[rows[i]] - mean) > 3e38 * deviation) return;
            // Half a unit in the last place of the coordinate, and the double's rounding of mean + σ z; as
            // much again for its digits.
            const error =
              2 ** -24 * Math.abs(values[rows[i]] - mean) +
              2 ** -50 * (Math.abs(mean) + deviation) +
              1e-40 * deviation;
            expect(Math.abs((row["value"] as number) - values[rows[i]])).toBeLessThanOrEqual(error * 2.02);
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  it("gives known numbers back in their own digits", async () => {
    const source = rng("digits");
    const rows = Array.from({ length: 200 }, () => ({
      a: Number((20 + 10 * source.normal()).toFixed(4)),
      b: Number((5 + source.uniform()).toFixed(2)),
    }));
    const data = await table(rows, { columns: { b: { log: true } } });
    for (const { x, rows: numbers } of [data.train, data.test]) {
      expect(data.decode(x)).toEqual(Array.from(numbers, (row) => rows[row]));
    }
  });

  it.each(["csv", "tsv", "jsonl", "json", "parquet", "arrow", "csv.gz"])(
    "is the same from %s",
    async (ending) => {
      const plain = people.map((row) => ({ ...row, member: `${row.member}` }));
      const column = (name: keyof (typeof people)[number]) => plain.map((row) => row[name]);
      const names = Object.keys(people[0]) as (keyof (typeof people)[number])[];
      const contents: Record<string, () => string | Uint8Array> = {
        csv: () => `\ufeff${lines(people)}`,
        "csv.gz": () => gzipSync(lines(people)),
        tsv: () => lines(people).replaceAll(",", "\t"),
        jsonl: () => people.map((row) => JSON.stringify(row)).join("\r\n"),
        json: () => JSON.stringify(people),
        arrow: () =>
          tableToIPC(tableFromArrays(Object.fromEntries(names.map((name) => [name, column(name)]))), {})!,
        parquet: () =>
          new Uint8Array(
            parquetWriteBuffer({ columnData: names.map((name) => ({ name, data: column(name) })) }),
          ),
      };
      const data = await table(path(contents[ending](), ending), options);
      const wanted = await table(people, options);
      expect(data.columns.map(({ name, kind }) => [name, kind])).toEqual(
        wanted.columns.map(({ name, kind }) => [name, kind]),
      );
      expect(Array.from(data.train.rows)).toEqual(Array.from(wanted.train.rows));
      expect(Array.from(data.train.x.data)).toEqual(Array.from(wanted.train.x.data));
    },
  );

  it("is the same from arquero, filtered too, and danfojs", async () => {
    const wanted = await table(people, options);
    expect((await table(from([...people]), options)).train.x.data).toEqual(wanted.train.x.data);
    const old = await table(
      from([...people]).filter((row: { age: number }) => row.age > 40),
      options,
    );
    expect(old.train.x.shape[0] + old.test.x.shape[0]).toBe(people.filter(({ age }) => age > 40).length);
    expect((await table(arquero({ a: [1, 2, 3, 4], b: [5n, 7n, 9n, 9n] }))).columns).toHaveLength(2);
    const { DataFrame } = await import("danfojs-node");
    const frame = new DataFrame({ a: [1, 2, 3.5, 4], b: ["x", "y", "x", "y"] });
    expect((await table(frame)).columns.map(({ name, kind }) => [name, kind])).toEqual([
      ["a", "numeric"],
      ["b", "categorical"],
    ]);
  });

  it("has missing values as NaN, and a mask of those that are known", async () => {
    const text = "a,b,c\n1,x,2024-01-01\n2,,2024-01-05\n,y,\n4,z,2024-02-01\n5,x,2024-01-09\n7,y,NA\n";
    const data = await csv(text, { split: { test: 0.3 } });
    for (const { x, keep, rows } of [data.train, data.test]) {
      expect(keep!.shape).toEqual(x.shape);
      expect(Array.from(x.data, (value) => (Number.isNaN(value) ? 0 : 1))).toEqual(Array.from(keep!.data));
      const known = Array.from(rows, (row) => [
        row !== 2,
        ...Array(3).fill(row !== 1),
        row !== 2 && row !== 5,
      ]);
      expect(Array.from(keep!.data)).toEqual(known.flat().map(Number));
    }
    expect(data.columns.map(({ missing }) => missing)).toEqual([1, 1, 2]);
    const all = new Map(
      [data.train, data.test].flatMap(({ x, rows }) =>
        data.decode(x).map((row, i) => [rows[i], row] as const),
      ),
    );
    expect(all.get(1)).toEqual({ a: 2, b: null, c: "2024-01-05" });
    expect(all.get(2)).toEqual({ a: null, b: "y", c: null });
    // Rows that are taken keep their masks.
    expect(take(data.train, 2).keep!.shape).toEqual([2, 5]);
  });

  it("has labels, conditions and what is left out", async () => {
    const text =
      "id,kind,t (°C),w,x,same,note\n" +
      Array.from(
        { length: 60 },
        (_, k) =>
          `${k},${k % 7 === 0 ? "" : "abc"[k % 3]},${k / 2},${k % 5 ? "m" : "n"},${k % 4 ? k * k : ""},1,n${k}`,
      ).join("\n");
    const data = await csv(text, {
      label: "kind",
      condition: ["t (°C)", "x"],
      columns: { id: "ignore" },
      licence: "CC0",
    });
    expect(data.columns.map(({ name, role, span, unit }) => [name, role, ...span, unit])).toEqual([
      ["w", "target", 0, 1, undefined],
      ["t (°C)", "condition", 0, 1, "°C"],
      ["x", "condition", 1, 2, undefined],
    ]);
    expect(data.classes).toEqual(["a", "b", "c"]);
    const { labels, embedding, rows } = data.train;
    expect(Array.from(labels!)).toEqual(Array.from(rows, (row) => (row % 7 === 0 ? -1 : row % 3)));
    expect(embedding!.shape).toEqual([rows.length, 3]);
    rows.forEach((row, i) => {
      const [, x, missing] = embedding!.data.slice(3 * i, 3 * i + 3);
      expect([missing, x === 0]).toEqual(row % 4 ? [0, false] : [1, true]);
    });
    expect(data.leftOut).toEqual([
      { column: "note", note: "its 60 different texts are too many for categories" },
      { column: "same", note: "it has the same value in all rows for training" },
    ]);
    expect(summary(data)).toMatchObject({
      licence: "CC0",
      shape: [1],
      notes: [/left out/, /left out/].map((each) => expect.stringMatching(each)),
    });
    const years = await csv("y,v\n2001,1.5\n2001,2\n2003,1\n2002,7\n", { label: "y" });
    expect(years.classes).toEqual(["2001", "2002", "2003"]);
  });

  it("takes the logarithm where asked, and refuses it for 0", async () => {
    const rows = Array.from({ length: 20 }, (_, k) => ({ v: 10 ** (k / 4) + 0.5 }));
    const data = await table(rows, { columns: { v: { log: true } } });
    data.decode(data.test.x).forEach((row, i) => {
      expect((row["v"] as number) / rows[data.test.rows[i]].v).toBeCloseTo(1, 5);
    });
    await expect(table([{ v: 0 }, { v: 1 }, { v: 3 }], { columns: { v: { log: true } } })).rejects.toThrow(
      /above 0 in column "v" for log: true, but received 0 in row 1/,
    );
  });

  it("has rows without a group alone, whatever text says that it is missing", async () => {
    const given = Array.from({ length: 100 }, (_, k) => ({
      v: k,
      g: k % 2 ? ["NA", "nan", "?"][k % 3] : "p",
    }));
    const { test } = await table(given, { group: "g", missing: ["?"], split: { test: 0.1 } });
    const shown = new Set(Array.from(test.rows, (row) => given[row].g));
    expect(shown).toEqual(new Set(["NA", "nan", "?"]));
    expect(test.rows.length).toBe(10);
  });

  it("of two rows says that one is too few to learn from", async () => {
    await expect(csv("a,b\n1,2\n3,5\n")).rejects.toThrow(
      'none ("a": there is only one row for training; "b"',
    );
  });

  it("has numbers near the largest that there are", async () => {
    const { columns, train } = await table([1, 1.2, 1.5, 1.7, 1.1].map((v) => ({ v: v * 1e308 })));
    expect(columns[0].mean! > 1e308 && columns[0].mean! < 1.7e308).toBe(true);
    expect(train.x.data.every(Number.isFinite)).toBe(true);
    const mean = Array.from(train.x.data).reduce((sum, value) => sum + value / 4, 0);
    expect(Math.abs(mean)).toBeLessThan(1e-6);
  });

  it("never has a group on two sides", async () => {
    for (const seed of [1, 2, 3]) {
      const { train, test, validation } = await table(people, {
        ...options,
        seed,
        split: { validation: 0.2 },
      });
      const sides = [train, test, validation].map(
        ({ rows }) => new Set(Array.from(rows, (row) => people[row].person)),
      );
      expect(sides.reduce((n, side) => n + side.size, 0)).toBe(8);
      expect(train.rows.length + test.rows.length + validation.rows.length).toBe(40);
    }
  });

  it("has a checksum that its values decide", async () => {
    const checksum = async (rows: readonly TableRow[]) => (await table(rows, options)).origin!.checksum;
    const first = await checksum(people);
    expect(await checksum(people.map((row) => ({ ...row })))).toBe(first);
    expect(await checksum(people.map((row, k) => (k === 3 ? { ...row, age: 99 } : row)))).not.toBe(first);
  });

  it("decodes what a model draws to the nearest level, and dates without end to the last", async () => {
    const data = await table(people, options);
    const x = {
      shape: [2, 9],
      data: Float32Array.from([0, 0, 0.2, 0.1, 3, -0.1, 9, 0, 0, 0, 0.01, 1, 0, 0, 1, -9, 1e30, 0]),
    };
    const [a, b] = data.decode(x);
    expect([a["colour"], a["member"], a["grade"], b["colour"], b["member"], b["grade"]]).toEqual([
      "red",
      "false",
      "high",
      "blue",
      "true",
      "low",
    ]);
    expect(Number.isInteger(b["age"])).toBe(true);
    expect(b["born"]).toMatch(/^\+275760-09-13/);
    expect(() => data.decode({ shape: [1, 3], data: new Float32Array(3) })).toThrow(
      "rows of the table of shape [any, 9]",
    );
  });
});

describe("odd tables are used, or refused in one sentence", () => {
  it.each([
    ["", "a table in", "an empty file"],
    ["a,b\n", "rows in", "none"],
    ["a,b\n1\n", "2 cells in each row", "1 on line 2"],
    [
      "a,b\n1,2\n3,x\n5,6\n",
      'numbers in column "b"',
      '"x" on line 3. Where that means a missing value: missing: ["x"]',
    ],
    [
      "a\n1,234\n5,678\n".replace("a\n", "a;b\n").replaceAll(/(\d,\d+)\n/g, "$1;1\n"),
      "read in one way",
      "1234 with a decimal point and 1.234",
    ],
    [
      "d\n01/02/2024\n03/04/2024\n05/06/2024\n",
      "dates that can be read in one way",
      'dates: "dmy" or dates: "mdy"',
    ],
    ["d\n2024-01-01\n2024-02-30\n2024-03-03\n", 'dates in column "d"', '"2024-02-30" on line 3'],
    ["a\n1\n2\n1e999\n", "finite numbers", "1e999 on line 4"],
    [
      "a\nx\nx\nx\n",
      "columns of .* that x1 can hold",
      'none ("a": it has the same value in all rows for training)',
    ],
    ['a\n""\nNA\nNaN\n', "columns of", '("a": it has no values)'],
    [
      '{"a": [1]}\n{"a": [2]}',
      "a number, a text or a date",
      'a list on line 1. Leave it out: columns: { "a": "ignore" }',
    ],
    ['{"a": 1}\n{"a": 2\n', "Expected JSON in line 2 of", "can't be parsed"],
    ["[1, 2]", "an array of objects", "other JSON"],
    [
      "PK\x03\x04 sheet",
      "CSV, TSV, JSON lines, Parquet, Arrow or NumPy arrays",
      "a spreadsheet or an archive. Save the table as CSV",
    ],
    ["PAR1 and nothing else", "as a Parquet file", "it is damaged"],
    ["ARROW1\0\0 and nothing else", "as an Arrow file", "it is damaged"],
  ])("%j", async (content, wanted, received) => {
    const error = await table(path(content)).catch((error: Error) => error);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).name).toBe("UsageError");
    expect((error as Error).message).toMatch(new RegExp(wanted));
    expect((error as Error).message).toContain(received);
    expect((error as Error).message).not.toContain("\n");
  });

  it.each([
    ["pandas", ",a,b\n0,1,x\n1,2,y\n2,3,x\n"],
    ["R's write.csv", '"","a","b"\n"Mazda",1,"x"\n"Fiat",2,"y"\n"Honda",3,"x"\n'],
    ["R's write.table", '"a" "b"\n"1" 1 "x"\n"2" 2 "y"\n"3" 3 "x"\n'.replaceAll(" ", ",")],
  ])("rows are named by %s in a column without a name, which is left out", async (_, content) => {
    const data = await csv(content, { split: { test: 0.3 } });
    expect(data.columns.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(data.leftOut).toEqual([
      { column: "(the first)", note: "it has no name, and is taken as the names of the rows" },
    ]);
    const rows = [...data.train.rows, ...data.test.rows];
    const decoded = [...data.decode(data.train.x), ...data.decode(data.test.x)];
    expectSame(
      decoded,
      rows.map((row) => ({ a: row + 1, b: row === 1 ? "y" : "x" })),
    );
  });

  it.each([
    ["names with a comma", "name,age\nSmith, Ann,30\nJones, Bob,40\n"],
    ["a comma at the end", "a,b\n1,2,\n1,3,\n"],
    ["a decimal comma", "a,b\n1,5,2\n1,7,3\n"],
  ])("%s in each row is not taken for row names", async (_, content) => {
    await expect(csv(content)).rejects.toThrow("Expected 2 cells in each row");
  });

  it("bytes that are no text, and gzip cut short", async () => {
    await expect(table(path(Buffer.from("a\n\xe9\n", "latin1")))).rejects.toThrow("to be text in UTF-8");
    await expect(table(path(Buffer.from("a\nb\0\n")))).rejects.toThrow("bytes of zero");
    const cut = gzipSync(lines(people)).subarray(0, 100);
    await expect(table(path(cut))).rejects.toThrow(/compressed and damaged/);
    await expect(table(join(folder, "none.csv"))).rejects.toThrow("which doesn't exist");
    await expect(table(folder)).rejects.toThrow("which is a folder");
  });

  it("what the user says of a column decides", async () => {
    const mixed = "a,b\n1,1\n2,x\n3,2\n4,1\n";
    expect((await csv(mixed, { columns: { b: "categorical" } })).columns[1].levels).toEqual(["1", "2", "x"]);
    expect((await csv(mixed, { missing: ["x"] })).columns[1]).toMatchObject({
      missing: 1,
      kind: "categorical",
    });
    expect((await csv(mixed, { columns: { b: "ignore" } })).columns.map(({ name }) => name)).toEqual(["a"]);
    expect((await csv("a;b\n1,234;1\n5,6;2\n7,8;3\n")).columns[0]).toMatchObject({
      kind: "numeric",
      whole: false,
    });
    expect((await csv('a\n"1,234"\n"5,678"\n"9,000"\n', { decimal: "." })).columns[0].whole).toBe(true);
    expect((await csv("d\n01/02/2024\n03/04/2024\n05/06/2024\n", { dates: "mdy" })).columns[0].kind).toBe(
      "date",
    );
  });

  it("two numbers are two categories, however they are written", async () => {
    const data = await csv("flag,v\n1,3.5\n1.0,4\n2,5\n1,6\n2,7\n2.00,8\n1.0,9\n");
    expect(data.columns[0]).toMatchObject({ kind: "categorical", levels: ["1", "2"], span: [0, 1] });
    expect(data.remarks).toEqual([
      { column: "flag", note: "its two numbers, 1 and 2, are taken as categories" },
    ]);
    const { x } = await fitRows([{ flag: "2.0" }, { flag: 1 }, { flag: "2" }], data.columns);
    expect([0, 2, 4].map((e) => x.data[e])).toEqual([1, -1, 1]);
    await expect(fitRows([{ flag: "3" }], data.columns)).rejects.toThrow("one of 1, 2");
  });

  it("postcodes and long numbers are categories, or left out; two numbers are categories", async () => {
    const text = `zip,id,flag,v\n${[1, 2, 3, 4, 5, 6].map((k) => `0${k % 2}234,1234567890123456${k}0,${k % 2},${k}`).join("\n")}`;
    const data = await csv(text);
    expect(data.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ["zip", "categorical"],
      ["id", "categorical"],
      ["flag", "categorical"],
      ["v", "numeric"],
    ]);
    expect(data.remarks).toEqual([
      { column: "flag", note: "its two numbers, 0 and 1, are taken as categories" },
    ]);
    await expect(csv(text, { columns: { zip: "numeric" } })).rejects.toThrow(
      /whose digits a number would lose/,
    );
  });

  it.each([
    [{ target: ["aeg"] }, 'Did you mean "age"?'],
    [{ label: "none" }, "as label"],
    [{ condition: ["age"], target: ["age"] }, '"age" for two'],
    [{ condition: "age" }, "a list of columns as condition"],
    [{ columns: { age: "number" } }, 'one of numeric, date, categorical, ordinal as kind of column "age"'],
    [{ columns: { nobody: "numeric" } }, "as column of columns"],
    [
      { columns: { grade: "ordinal" } },
      'levels of the ordinal column "grade" in their order, but received none. Say them',
    ],
    [{ columns: { grade: { levels: ["low", "high"] } } }, 'one of low, high in column "grade"'],
    [{ columns: { colour: "numeric" } }, 'numbers in column "colour"'],
    [{ columns: { colour: { kind: "date" } } }, 'dates in column "colour"'],
    [{ columns: { colour: { kind: "categorical", log: true } } }, "for log: true"],
    [{ label: "height (cm)" }, "categories in the label column"],
    [{ label: "born" }, "received dates"],
    [{ split: { test: 0 } }, "split.test"],
    [{ decimal: ";" }, "as decimal"],
    [{ dates: "ymd" }, "as dates"],
    [
      { target: ["person"], group: undefined, columns: { person: { levels: ["p0"] } } },
      'received "p1" in row 2',
    ],
  ])("options %j", async (given, message) => {
    await expect(table(people, given as TableOptions)).rejects.toThrow(message);
  });

  it.each([
    [null, "null"],
    [7, "number"],
    [[1], "an array of other things"],
    [[], "columns in the records"],
  ])("%j", async (given, message) => {
    await expect(table(given as never)).rejects.toThrow(message);
  });
});

it.each([
  ["png", "hello", "Expected a picture (PNG) in FILE, as its name says, but received a text."],
  ["npy", "hello", "Expected an array of NumPy in FILE, as its name says, but received a text."],
  ["npz", '[{"a": 1}]', "Expected an array of NumPy in FILE, as its name says, but received a text."],
  ["csv", "a,b\n1,2\n", "One sample in FILE can't be split into training and test. Give more."],
])("refuses a .%s file of %j", async (ending, content, message) => {
  const file = path(content, ending);
  await expect(table(file)).rejects.toThrow(message.replace("FILE", `"${file}"`));
});
