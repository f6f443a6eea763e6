import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { expected, UsageError } from "../../errors";
import type { ParameterValue } from "../../notebook/parameters";
import type { GivenValues } from "../settings";

/**
 * Reads the points of a sweep from a `.csv` file with the parameters' names in its first line, or a `.json`
 * file with a list of records.
 * @throws a one-line error when there is no such file, or it holds anything else.
 */
export function readPointsFile(path: string): GivenValues[] {
  const type = extname(path).toLowerCase();
  if (![".csv", ".json"].includes(type)) throw expected("a .csv or .json file after --points", `"${path}"`);
  let points: GivenValues[];
  try {
    const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    points = type === ".csv" ? pointsOfCsv(text, path) : pointsOfJson(JSON.parse(text), path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : message.split("\n")[0];
    throw new UsageError(`Can't read ${path}: ${why}.`);
  }
  if (points.length === 0) throw expected(`at least one point in ${path}`, "none");
  return points;
}

function pointsOfCsv(text: string, path: string): GivenValues[] {
  const [names, ...rows] = csvRows(text);
  const trimmed = (names ?? []).map((name) => name.trim());
  const twice = trimmed.find((name, k) => trimmed.indexOf(name) !== k);
  if (twice !== undefined) throw expected(`different names on the first line of ${path}`, `"${twice}" twice`);
  return (names === undefined ? [] : rows).map((row, k) => {
    if (row.length !== names.length) {
      throw expected(`${names.length} values in row ${k + 1} of ${path}`, `${row.length}`);
    }
    return { texts: Object.fromEntries(names.map((name, i) => [name.trim(), row[i]])), fromFile: {} };
  });
}

/** The rows of a text after RFC 4180, without empty lines. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows[rows.length - 1].push(quoted === undefined ? bare.trim() : quoted.replaceAll('""', '"'));
    if (end === "") break;
    if (end !== ",") rows.push([]);
  }
  return rows.filter((row) => row.length > 1 || row[0] !== "");
}

function pointsOfJson(content: unknown, path: string): GivenValues[] {
  const what = `a list of records in ${path}, as [{"seed": 0}, {"seed": 1}]`;
  if (!Array.isArray(content)) throw expected(what, "another JSON value");
  return content.map((point: unknown) => {
    const record = typeof point === "object" && point !== null && !Array.isArray(point);
    if (!record || Object.keys(point).length === 0) throw expected(what, JSON.stringify(point));
    return { texts: {}, fromFile: point as Readonly<Record<string, ParameterValue>> };
  });
}
