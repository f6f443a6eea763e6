import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDates } from "../../../lib/data/table/dates";
import { readNumbers } from "../../../lib/data/table/numbers";

describe("readNumbers", () => {
  it("reads points as a column's decimal mark has them, whatever stands in other rows", () => {
    expect(readNumbers(["1.500"], undefined, ",")).toMatchObject({ values: [1500] });
    expect(readNumbers(["1.500", "2.000,00"], undefined, ",")).toMatchObject({ values: [1500, 2000] });
    expect(readNumbers(["1.500"], undefined, ".")).toMatchObject({ values: [1.5] });
    expect(readNumbers(["1.500"])).toMatchObject({ values: [1.5] });
    expect(readNumbers(["1.5", "7"], undefined, ",")).toMatchObject({ values: [1.5, 7] });
  });

  it("blames what neither convention reads, whatever the others are in", () => {
    expect(readNumbers(["9,88", "7,5", "abc"])).toMatchObject({ why: "text", first: 2 });
    expect(readNumbers(["9,88", "abc"], ".")).toMatchObject({ why: "text", first: 0 });
  });

  it.each([
    [
      ["1", "-2", "+3", ".5", "6.", "1e3", "−4"],
      [1, -2, 3, 0.5, 6, 1000, -4],
    ],
    [
      ["1,234.5", "12", "1,234,567"],
      [1234.5, 12, 1234567],
    ],
    [
      ["1.234,5", "12", "1.234.567"],
      [1234.5, 12, 1234567],
    ],
    [
      ["1,5", "2", "-0,25"],
      [1.5, 2, -0.25],
    ],
    [
      ["0,123", "1"],
      [0.123, 1],
    ],
    [
      ["1.234", "5"],
      [1.234, 5],
    ],
    [["1.234.567"], [1234567]],
    [
      ["1 234", "1\u202f234,5", "7"],
      [1234, 1234.5, 7],
    ],
    [["1'234.5"], [1234.5]],
    [
      ["1,234,567", "1,234"],
      [1234567, 1234],
    ],
    [[], []],
  ])("reads %j", (texts, values) => {
    expect(readNumbers(texts)).toMatchObject({ values });
  });

  it.each([
    [["12%", "5.5 %"], { values: [12, 5.5], unit: "%" }],
    [["$1,234.50", "$2"], { values: [1234.5, 2], unit: "$" }],
    [["-€5", "€6"], { values: [-5, 6], unit: "€" }],
    [["3 €", "4,5 €"], { values: [3, 4.5], unit: "€" }],
  ])("knows the sign that all of %j have", (texts, read) => {
    expect(readNumbers(texts)).toMatchObject(read);
  });

  it.each([
    [["1,234", "5"], { why: "ambiguous", first: 0, readings: [1234, 1.234] }],
    [["1,5", "1.234"], { why: "ambiguous", first: 1, readings: [1.234, 1234] }],
    [["1", "x", "2"], { why: "text", first: 1, numbers: 2 }],
    [["1.5", "1,5"], { why: "text", first: 1, numbers: 1 }],
    [["5%", "6"], { why: "text", first: 0, numbers: 1 }],
    [["007", "12"], { why: "codes", first: 0 }],
    [["12345678901234567890"], { why: "codes", first: 0 }],
    [["1e999"], { why: "infinite", first: 0 }],
    [["1,23,4"], { why: "text", first: 0, numbers: 0 }],
    [["12 34"], { why: "text", first: 0, numbers: 0 }],
    [["0x10"], { why: "text", first: 0, numbers: 0 }],
  ])("says why %j aren't read", (texts, why) => {
    expect(readNumbers(texts)).toEqual(why);
  });

  it("takes a comma or a point as it is told", () => {
    expect(readNumbers(["1,234"], ",")).toEqual({ values: [1.234], decimal: "," });
    expect(readNumbers(["1,234"], ".")).toEqual({ values: [1234], decimal: "." });
    expect(readNumbers(["1.5"], ",")).toMatchObject({ why: "text" });
  });

  it("takes what fits both conventions as in other rows of the column, where these tell", () => {
    expect(readNumbers(["1,234"], undefined, ",")).toEqual({ values: [1.234], decimal: "," });
    expect(readNumbers(["1,234", "5"], undefined, ".")).toEqual({ values: [1234, 5], decimal: "." });
    expect(readNumbers(["1,5", "1.234"], undefined, ",")).toEqual({ values: [1.5, 1234], decimal: "," });
    // What fits one alone is read by that.
    expect(readNumbers(["1.5"], undefined, ",")).toEqual({ values: [1.5], decimal: "." });
    expect(readNumbers(["1,5"], undefined, ".")).toEqual({ values: [1.5], decimal: "," });
    expect(readNumbers(["7"])).toEqual({ values: [7] });
  });

  it("gives back any number in the form that JavaScript writes", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const read = readNumbers([`${value}`]);
        // Seventeen digits without an exponent are taken for a code.
        if (!("why" in read && read.why === "codes"))
          expect(read).toMatchObject({ values: [value === 0 ? 0 : value] });
      }),
    );
  });
});

describe("readDates", () => {
  const iso = (texts: readonly string[], order?: "dmy" | "mdy") => {
    const read = readDates(texts, order);
    return "values" in read ? read.values.map((value) => new Date(value).toISOString()) : read;
  };

  it.each([
    [
      ["2024-02-29", "2023/1/5"],
      ["2024-02-29T00:00:00.000Z", "2023-01-05T00:00:00.000Z"],
    ],
    [
      ["2024-02-29T12:30", "2024-02-29 12:30:15.25"],
      ["2024-02-29T12:30:00.000Z", "2024-02-29T12:30:15.250Z"],
    ],
    [
      ["2024-02-29T12:30:00Z", "2024-02-29T12:30:00+02:00"],
      ["2024-02-29T12:30:00.000Z", "2024-02-29T10:30:00.000Z"],
    ],
    [
      ["31.12.2023", "01.02.2023"],
      ["2023-12-31T00:00:00.000Z", "2023-02-01T00:00:00.000Z"],
    ],
    [
      ["31/12/2023", "01/02/2023"],
      ["2023-12-31T00:00:00.000Z", "2023-02-01T00:00:00.000Z"],
    ],
    [
      ["12/31/2023", "01/02/2023"],
      ["2023-12-31T00:00:00.000Z", "2023-01-02T00:00:00.000Z"],
    ],
    [["02/02/2023"], ["2023-02-02T00:00:00.000Z"]],
    [["0099-03-01"], ["0099-03-01T00:00:00.000Z"]],
  ])("reads %j", (texts, values) => {
    expect(iso(texts)).toEqual(values);
  });

  it("says why others aren't read", () => {
    expect(iso(["01/02/2023", "03/03/2023"])).toEqual({ why: "ambiguous", first: 0 });
    expect(iso(["01/02/2023"], "mdy")).toEqual(["2023-01-02T00:00:00.000Z"]);
    expect(iso(["13/12/2023", "12/13/2023"])).toEqual({ why: "text", first: 1, dates: 1 });
    expect(iso(["2023-02-30"])).toEqual({ why: "text", first: 0, dates: 0 });
    expect(iso(["2023-01-01T25:00"])).toEqual({ why: "text", first: 0, dates: 0 });
    expect(iso(["1/2/23"])).toEqual({ why: "text", first: 0, dates: 0 });
  });
});
