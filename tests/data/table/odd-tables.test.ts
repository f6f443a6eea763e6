import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { table } from "../../../lib/data";
import { oddTables } from "./odd-tables";

// What becomes of tables as people have them: each is used, as "name: kind" of its columns and what is left
// out says, or refused in one sentence.

const folder = mkdtempSync(join(tmpdir(), "odd tables "));
afterAll(() => rmSync(folder, { recursive: true }));

const both = "a: numeric, b: numeric";
const noNames = /^Expected the names of the columns on the first line of FILE, but received/;
const textAmong = (text: string, line: number) =>
  `Expected numbers in column "a" of FILE, as most of its values are, but received "${text}" on line ${line}. `;

const outcomes: Readonly<Record<string, string | RegExp>> = {
  "a byte order mark": both,
  "UTF-16, little-endian": both,
  "UTF-16, big-endian": both,
  "UTF-16 without a mark": /bytes of zero, as other files have\. For UTF-16 .*encoding: "utf-16le"\.$/,
  "UTF-16 with half a character": /^Expected FILE to be text in UTF-16LE, but it isn't\./,
  "zero bytes at its end": /bytes of zero/,
  "line ends of Windows": both,
  "line ends of old Macs": both,
  "mixed line ends": both,
  "empty lines between rows": both,
  "spaces around names and numbers": both,
  "quoted numbers": both,
  "quoted names with line breaks": "a\nunit: numeric, b: numeric",
  "quoted cells with line breaks": "a: numeric, b: categorical",
  "an open quote": "Expected each quote in FILE to be closed, but received one that isn't, opened on line 7.",
  semicolons: both,
  "semicolons and decimal commas": both,
  bars: both,
  "tabs in a file called csv": both,
  "spaces as delimiter": /"a b": its 12 different texts are too many for categories/,
  "a line that names the delimiter": both,
  "a comment before the header": noNames,
  "a title line before the header": noNames,
  "a row of units below the header": new RegExp(`^${textAmong("mm", 2)}`),
  "a row of sums at its end": new RegExp(`^${textAmong("sum", 14)}`),
  "no header": noNames,
  "the header twice": new RegExp(`^${textAmong("a", 14)}`),
  "a column twice": 'Expected columns of different names in FILE, but received "a" twice.',
  "columns that differ by case": "a: numeric, A: numeric",
  "a column without a name": "Expected a name for each column of FILE, but received none for column 2.",
  "an empty column": "a: numeric, c: numeric; without b (it has no values)",
  "a constant column": "a: numeric; without b (it has the same value in all rows for training)",
  "one column": "a: numeric",
  "a delimiter at the end of each line": /none for column 3\.$/,
  "a row too long": /^Expected 2 cells in each row of FILE, like its header, but received 3 on line 14\./,
  "a row too short": /^Expected 2 cells in each row of FILE, like its header, but received 1 on line 14\./,
  "thousands in quotes":
    /can be read in one way .* "1,100" on line 2, which is 1100 .* and 1\.1 with a decimal/,
  "thousands and decimals": both,
  "both decimal signs": new RegExp(`^${textAmong("1,5", 3)}`),
  "numbers with units": "b: numeric; without a (its 12 different texts are too many for categories)",
  "per cent": both,
  "inequalities among numbers": new RegExp(`^${textAmong("<0.1", 6)}`),
  Infinity: new RegExp(`^${textAmong("Infinity", 6)}`),
  inf: new RegExp(`^${textAmong("-inf", 6)}`),
  "huge numbers": both,
  "tiny numbers": "b: numeric; without a (its numbers differ by too little: use a smaller unit)",
  "numbers that differ in the ninth digit": both,
  "identifiers of 20 digits": "a: categorical, b: numeric",
  "whole numbers beyond 2⁵³": "a: categorical, b: numeric",
  "hexadecimal numbers": "b: numeric; without a (its 12 different texts are too many for categories)",
  "numbers with leading zeros": "b: numeric; without a (its 12 different texts are too many for categories)",
  "true and false": "a: categorical, b: numeric",
  "yes, no, Yes and NO": "a: categorical, b: numeric",
  "dates in two orders": "d: date, b: numeric",
  "dates of the year 1": "d: date, b: numeric",
  "dates with names of months": "b: numeric; without d (its 12 different texts are too many for categories)",
  "times with zones": "d: date, b: numeric",
  "times with zones and without": "d: date, b: numeric",
  "a date that doesn't exist": /^Expected dates in column "d" .* "2023-02-29" on line 7\./,
  "missing values of many kinds": new RegExp(`^${textAmong("-", 7)}`),
  "missing values by a number": "a: numeric with 1 missing, b: numeric",
  "texts that are all different":
    "b: numeric; without a (its 80 different texts are too many for categories)",
  "a formula": "b: numeric; without a (its 12 different texts are too many for categories)",
  "an error of a spreadsheet": new RegExp(`^${textAmong("#DIV/0!", 5)}`),
  "names of JavaScript's own": "__proto__: numeric, constructor: numeric, a: numeric",
  "an unpaired surrogate": /^Expected FILE to be text in UTF-8, but it isn't\./,
  "JSON with a comma too many": /^Expected JSON in FILE, but it can't be parsed/,
  "JSON of one object": "One sample in FILE can't be split into training and test. Give more.",
  "JSON lines of different fields": "b: numeric with 4 missing, a: numeric with 4 missing",
  "JSON lines of mixed types": both,
  "gzip called csv": both,
  HTML: /^Expected CSV, .* in FILE, but received a page of HTML or XML\. Save the table as CSV/,
  "a picture": /^Expected CSV, .* in FILE, but received a picture\./,
  "white space": "Expected a table in FILE, but received an empty file.",
};

/** The first two columns of all rows, in the rows' order, where they are what the table was made of. */
const values: Readonly<Record<string, (k: number) => readonly unknown[]>> = {
  "UTF-16, big-endian": (k) => [k, k % 3],
  "mixed line ends": (k) => [k, k % 3],
  "line ends of old Macs": (k) => [k, k % 3],
  "quoted cells with line breaks": (k) => [k, `x\n${k % 3}`],
  "semicolons and decimal commas": (k) => [k + 0.25, k % 3],
  "a line that names the delimiter": (k) => [k, k % 3],
  "thousands and decimals": (k) => [1000 * (k + 1) + 100 + k + 0.5, k % 3],
  "numbers that differ in the ninth digit": (k) => [Number(`1000000000.${k}`), k % 3],
  "whole numbers beyond 2⁵³": (k) => [`900719925474099${k % 10}`, k],
  "dates in two orders": (k) => [k % 2 ? "2024-03-04" : `2024-03-${k + 13}`, k],
  "true and false": (k) => [`${k % 2 === 0}`, k],
};

describe("an odd table is used, or refused in one sentence", () => {
  it("is of a kind whose end is known, and all are tried", () => {
    expect(oddTables.map(([name]) => name)).toEqual(Object.keys(outcomes));
  });

  it.each(oddTables.map((odd) => [odd[0], odd] as const))("%s", async (name, [, content, options]) => {
    const file = join(folder, "odd.csv");
    writeFileSync(file, content);
    const outcome = await table(file, options).then(
      ({ columns, leftOut }) => {
        const used = columns.map(
          ({ name, kind, missing }) => `${name}: ${kind}${missing > 0 ? ` with ${missing} missing` : ""}`,
        );
        const out = leftOut.map(({ column, note }) => `${column} (${note})`);
        return `${used.join(", ")}${out.length > 0 ? `; without ${out.join(", ")}` : ""}`;
      },
      (error: Error) => {
        expect(error.name).toBe("UsageError");
        expect(error.message).not.toContain("\n");
        return error.message.replaceAll(`"${file}"`, "FILE");
      },
    );
    if (typeof outcomes[name] === "string") expect(outcome).toBe(outcomes[name]);
    else expect(outcome).toMatch(outcomes[name]);
  });

  it.each(Object.entries(values))("%s: its values are its own", async (name, wanted) => {
    const [, content, options] = oddTables.find(([each]) => each === name)!;
    const file = join(folder, "odd.csv");
    writeFileSync(file, content);
    const { train, test, decode } = await table(file, options);
    for (const { x, rows } of [train, test]) {
      expect(decode(x).map((row) => Object.values(row))).toEqual(Array.from(rows, wanted));
    }
  });
});
