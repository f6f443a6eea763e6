import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, formatDelimited, parseDelimited } from "../../lib/formats/delimited";

const read = (text: string, options = {}) => parseDelimited(text, { source: "a.csv", ...options });

describe("parseDelimited", () => {
  it("reads quoted cells with separators, quotes and line breaks, and knows the lines", () => {
    const { header, rows, lines } = read('\ufeffa ,"b"\r\n"1,5","x ""y""\nz"\r\n\r\n3, 4 \r\n');
    expect([header, rows, lines]).toEqual([
      ["a", "b"],
      [
        ["1,5", 'x "y"\nz'],
        ["3", " 4 "],
      ],
      [3, 5],
    ]);
  });

  it.each([",", "\t", ";", "|"])("tells the separator %j", (delimiter) => {
    expect(read(`a${delimiter}"x,;|\ty"${delimiter}c\n1${delimiter}2${delimiter}3\n`)).toMatchObject({
      header: ["a", "x,;|\ty", "c"],
      rows: [["1", "2", "3"]],
      delimiter,
    });
  });

  it("reads one column", () => {
    expect(read("a\n1\n2\n").rows).toEqual([["1"], ["2"]]);
  });

  it.each([
    ["", "a table in a.csv, but received an empty file"],
    [" \n\n", "an empty file"],
    [
      "a,b;c\n1,2;3\n",
      "both comma and semicolon. Put cells that hold one into quotes. " +
        'Or pass the right one, such as delimiter: ";"',
    ],
    [
      "a,b\n1,2,3\n",
      "2 cells in each row of a.csv, like its header, but received 3 on line 2. Cells that hold a comma",
    ],
    ["a,b\n\n1,2\n3\n", "received 1 on line 4"],
    ['a,b\n1,"2\n3,4\n', "one that isn't, opened on line"],
    ['a,b\n1,x"y"\n', "one within a cell on line 2"],
    ['a,b\n1,"x"y\n', "one within a cell on line 2"],
    ["a,,c\n1,2,3\n", "none for column 2"],
    ["a,a\n1,2\n", '"a" twice'],
  ])("refuses %j in one sentence", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it("refuses a separator of two characters", () => {
    expect(() => read("a\n", { delimiter: "::" })).toThrow('one character as delimiter, but received "::"');
  });

  it("gives back what formatDelimited wrote", () => {
    const cell = fc.string({
      unit: fc.constantFrom("a", "ü", '"', ",", ";", "\t", "|", "\n", "\r", " ", "1"),
    });
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc
          .array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 })
          .map((rows) => ({ width, rows })),
      );
    fc.assert(
      fc.property(table, fc.constantFrom(",", "\t", ";", "|"), ({ width, rows }, delimiter) => {
        const header = Array.from({ length: width }, (_, k) => `c${k}`);
        const back = read(formatDelimited(header, rows, delimiter), { delimiter });
        expect([back.header, back.rows]).toEqual([header, rows]);
      }),
    );
  });
});

describe("decodeText", () => {
  it.each([
    ["UTF-8", Buffer.from("größe")],
    ["UTF-8 with a mark", Buffer.from("\ufeffgröße")],
    ["UTF-16 little-endian", Buffer.from("\ufeffgröße", "utf16le")],
    ["UTF-16 big-endian", Buffer.from("\ufeffgröße", "utf16le").swap16()],
  ])("reads %s", (_, bytes) => {
    expect(decodeText(bytes, "a.csv")).toBe("größe");
  });

  it("reads another encoding where it is named, and says so where it isn't", () => {
    const bytes = Buffer.from("größe", "latin1");
    expect(decodeText(bytes, "a.csv", "windows-1252")).toBe("größe");
    expect(() => decodeText(bytes, "a.csv")).toThrow(/a.csv to be text in UTF-8.*encoding: "windows-1252"/);
    expect(() => decodeText(bytes, "a.csv", "latin-99")).toThrow(
      'such as "windows-1252", but received "latin-99"',
    );
    expect(() => decodeText(Buffer.from("a\0b"), "a.csv")).toThrow("bytes of zero");
  });
});
