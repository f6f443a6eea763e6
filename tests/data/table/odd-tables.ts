import { gzipSync } from "node:zlib";
import type { TableOptions } from "../../../lib/data";

/** A table as people have it: its name, its bytes, and what is said of it. */
export type OddTable = readonly [name: string, content: string | Uint8Array, options?: TableOptions];

const rows = (header: string, row: (k: number) => string, n = 12) =>
  [header, ...Array.from({ length: n }, (_, k) => row(k))].join("\n");
const utf16 = (text: string, big = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return big ? bytes.swap16() : bytes;
};
const plain = rows("a,b", (k) => `${k},${k % 3}`);

export const oddTables: readonly OddTable[] = [
  ["a byte order mark", `\ufeff${plain}`],
  ["UTF-16, little-endian", utf16(plain)],
  ["UTF-16, big-endian", utf16(plain, true)],
  ["UTF-16 without a mark", Buffer.from(plain, "utf16le")],
  ["UTF-16 with half a character", utf16(plain).subarray(0, 41)],
  ["zero bytes at its end", `${plain}\0\0\0`],
  ["line ends of Windows", plain.replaceAll("\n", "\r\n")],
  ["line ends of old Macs", plain.replaceAll("\n", "\r")],
  ["mixed line ends", plain.replace("\n", "\r\n")],
  ["empty lines between rows", plain.replaceAll("\n", "\n\n")],
  ["spaces around names and numbers", rows(" a , b ", (k) => ` ${k} , ${k % 3} `)],
  ["quoted numbers", rows('"a","b"', (k) => `"${k}","${k % 3}"`)],
  ["quoted names with line breaks", rows('"a\nunit",b', (k) => `${k},${k % 3}`)],
  ["quoted cells with line breaks", rows("a,b", (k) => `${k},"x\n${k % 3}"`)],
  ["an open quote", rows("a,b", (k) => (k === 5 ? `${k},"x` : `${k},y`))],
  ["semicolons", rows("a;b", (k) => `${k};${k % 3}`)],
  ["semicolons and decimal commas", rows("a;b", (k) => `${k},25;${k % 3}`)],
  ["bars", rows("a|b", (k) => `${k}|${k % 3}`)],
  ["tabs in a file called csv", rows("a\tb", (k) => `${k}\t${k % 3}`)],
  ["spaces as delimiter", rows("a b", (k) => `${k} ${k % 3}`)],
  ["a line that names the delimiter", `sep=;\n${rows("a;b", (k) => `${k};${k % 3}`)}`],
  ["a comment before the header", `# measured in May\n${plain}`],
  ["a title line before the header", `Measurements\n${plain}`],
  ["a row of units below the header", rows("a,b", (k) => (k === 0 ? "mm,kg" : `${k},${k % 3}`))],
  ["a row of sums at its end", `${plain}\nsum,12`],
  ["no header", rows("0,5", (k) => `${k + 1},${k % 3}`)],
  ["the header twice", `${plain}\n${plain}`],
  ["a column twice", rows("a,a", (k) => `${k},${k % 3}`)],
  ["columns that differ by case", rows("a,A", (k) => `${k},${k % 3}`)],
  ["a column without a name", rows("a,,b", (k) => `${k},1,${k % 3}`)],
  ["an empty column", rows("a,b,c", (k) => `${k},,${k % 3}`)],
  ["a constant column", rows("a,b", (k) => `${k},7`)],
  ["one column", rows("a", (k) => `${k}`)],
  ["a delimiter at the end of each line", rows("a,b,", (k) => `${k},${k % 3},`)],
  ["a row too long", `${plain}\n1,2,3`],
  ["a row too short", `${plain}\n1`],
  ["thousands in quotes", rows("a,b", (k) => `"${k + 1},${100 + k}",${k % 3}`)],
  ["thousands and decimals", rows("a,b", (k) => `"${k + 1},${100 + k}.5",${k % 3}`)],
  ["both decimal signs", rows("a;b", (k) => `${k % 2 ? `${k},5` : `${k}.5`};1${k}`)],
  ["numbers with units", rows("a,b", (k) => `${k} cm,${k % 3}`)],
  ["per cent", rows("a,b", (k) => `${k}%,${k % 3}`)],
  ["inequalities among numbers", rows("a,b", (k) => `${k === 4 ? "<0.1" : k},${k % 3}`)],
  ["Infinity", rows("a,b", (k) => `${k === 4 ? "Infinity" : k},${k % 3}`)],
  ["inf", rows("a,b", (k) => `${k === 4 ? "-inf" : k},${k % 3}`)],
  ["huge numbers", rows("a,b", (k) => `${k}e300,${k % 3}`)],
  ["tiny numbers", rows("a,b", (k) => `${k}e-300,${k % 3}`)],
  ["numbers that differ in the ninth digit", rows("a,b", (k) => `1000000000.${k},${k % 3}`)],
  ["identifiers of 20 digits", rows("a,b", (k) => `1234567890123456789${k % 10},${k}`)],
  ["whole numbers beyond 2⁵³", rows("a,b", (k) => `900719925474099${k % 10},${k}`)],
  ["hexadecimal numbers", rows("a,b", (k) => `0x${k.toString(16)},${k}`)],
  ["numbers with leading zeros", rows("a,b", (k) => `00${k},${k}`)],
  ["true and false", rows("a,b", (k) => `${k % 2 === 0},${k}`)],
  ["yes, no, Yes and NO", rows("a,b", (k) => `${["yes", "no", "Yes", "NO"][k % 4]},${k}`)],
  ["dates in two orders", rows("d,b", (k) => `${k % 2 ? "2024-03-04" : `${k + 13}/03/2024`},${k}`)],
  ["dates of the year 1", rows("d,b", (k) => `0001-01-0${(k % 9) + 1},${k}`)],
  ["dates with names of months", rows("d,b", (k) => `${k + 1} March 2024,${k}`)],
  ["times with zones", rows("d,b", (k) => `2024-03-0${(k % 9) + 1}T10:00:00+02:00,${k}`)],
  [
    "times with zones and without",
    rows("d,b", (k) => `2024-03-0${(k % 9) + 1}T10:00:00${k % 2 ? "Z" : ""},${k}`),
  ],
  ["a date that doesn't exist", rows("d,b", (k) => `2023-02-${k === 5 ? 29 : k + 10},${k}`)],
  [
    "missing values of many kinds",
    rows("a,b", (k) => `${["", "NA", "NaN", "null", "N/A", "-"][k] ?? k},${k}`),
  ],
  ["missing values by a number", rows("a,b", (k) => `${k === 3 ? -99 : k},${k}`), { missing: ["-99"] }],
  ["texts that are all different", rows("a,b", (k) => `name ${k},${k}`, 80)],
  ["a formula", rows("a,b", (k) => `=A${k},${k}`)],
  ["an error of a spreadsheet", rows("a,b", (k) => `${k === 3 ? "#DIV/0!" : k},${k}`)],
  ["names of JavaScript's own", rows("__proto__,constructor,a", (k) => `${k},${k % 3},${k % 5}`)],
  ["an unpaired surrogate", Buffer.from([...Buffer.from("a,b\n1,"), 0xed, 0xa0, 0x80, 0x0a])],
  ["JSON with a comma too many", '[{"a": 1}, {"a": 2},]'],
  ["JSON of one object", '{"a": 1}'],
  [
    "JSON lines of different fields",
    Array.from({ length: 8 }, (_, k) => `{"${k % 2 ? "a" : "b"}": ${k}}`).join("\n"),
  ],
  [
    "JSON lines of mixed types",
    Array.from({ length: 8 }, (_, k) => `{"a": ${k % 2 ? k : `"${k}"`}, "b": ${k}}`).join("\n"),
  ],
  ["gzip called csv", gzipSync(plain)],
  ["HTML", "<!DOCTYPE html><html><body>404</body></html>"],
  ["a picture", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1")],
  ["white space", " \n \n"],
];
