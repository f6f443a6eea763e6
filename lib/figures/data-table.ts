import type { ArqueroTable, DanfoFrame } from "../data/table/read-table";
import { assertKnown, expected } from "../errors";
import { formatNumber, html, htmlLines } from "../text";
import type { Displayable, MimeBundle } from "./figure";

/** Options of {@link dataTable}. */
export interface DataTableOptions {
  /** The caption. */
  readonly title?: string;
  /** Rows to show, 10 when absent. */
  readonly limit?: number;
  /** Significant digits of numbers, 5 when absent. */
  readonly digits?: number;
}

/**
 * The first rows of a data frame (arquero, danfojs, or records), with the type of each column and the number
 * of rows.
 *
 * @example dataTable([{ seed: 0, loss: 1.5 }, { seed: 1, loss: 1.25 }], { title: "Runs" })
 * @throws when it is none of these.
 */
export function dataTable(
  table: ArqueroTable | DanfoFrame | readonly Readonly<Record<string, unknown>>[],
  options: DataTableOptions = {},
): Displayable {
  assertKnown(options, { title: true, limit: true, digits: true }, "dataTable", { likely: true });
  const { title, limit = 10, digits = 5 } = options;
  if (!(Number.isInteger(limit) && limit >= 1)) throw expected("a limit of at least 1 row", `${limit}`);
  if (!(Number.isInteger(digits) && digits >= 1 && digits <= 17))
    throw expected("1 to 17 digits", `${digits}`);
  const { names, rows, count, types } = read(table, limit);
  const numeric = names.map(
    (_, c) =>
      rows.length > 0 &&
      rows.every((row) => row[c] == null || typeof row[c] === "number" || typeof row[c] === "bigint"),
  );
  const texts = rows.map((row) => row.map((value) => cellText(value, digits)));
  const shown = count > rows.length ? `First ${rows.length} of ` : "";
  const rowWord = count === 1 ? "row" : "rows";
  const columnWord = names.length === 1 ? "column" : "columns";
  const summary = `${shown}${formatNumber(count, 6)} ${rowWord} · ${names.length} ${columnWord}`;

  const sideOf = (c: number) => (numeric[c] ? "right" : "left");
  const head = names.map((name, c) => {
    const type = html`<br><small><span class="type">${types[c]}</span></small>`;
    return html`<th scope="col" align="${sideOf(c)}" style="text-align:${sideOf(c)}">${name}${type}</th>`;
  });
  const body = texts.map((row) => {
    const cells = row.map((text, c) => {
      return html`<td align="${sideOf(c)}" style="text-align:${sideOf(c)}">${text}</td>`;
    });
    return html`<tr>${cells}</tr>`;
  });
  const all = html`<table class="data-table">${title && html`<caption>${title}</caption>`}
<thead><tr>${head}</tr></thead>
<tbody>
${htmlLines(body)}
</tbody>
<tfoot><tr><td colspan="${Math.max(1, names.length)}"><small>${summary}</small></td></tr></tfoot></table>`;
  const bundle: MimeBundle = Object.freeze({
    "text/html": `${all}`,
    "text/plain": plain(title, names, types, texts, numeric, summary),
  });
  return Object.freeze({ toBundle: () => bundle });
}

interface Read {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly count: number;
}

function read(table: unknown, limit: number): Read {
  const arquero = table as Partial<ArqueroTable> | null;
  if (
    typeof arquero?.columnNames === "function" &&
    typeof arquero.numRows === "function" &&
    typeof arquero.get === "function"
  ) {
    const { columnNames, numRows, get } = table as ArqueroTable;
    const names = columnNames.call(table);
    const count = numRows.call(table);
    const rows = Array.from({ length: Math.min(limit, count) }, (_, r) =>
      names.map((name) => get.call(table, name, r)),
    );
    return { names, count, rows, types: guess(names, rows) };
  }
  const danfo = (table ?? {}) as Partial<DanfoFrame>;
  if (Array.isArray(danfo.columns) && Array.isArray(danfo.shape) && Array.isArray(danfo.values)) {
    const rows = (danfo.values as unknown[]).slice(0, limit).map((row) => (Array.isArray(row) ? row : [row]));
    return {
      names: danfo.columns.map(String),
      count: danfo.shape[0],
      rows,
      types: danfo.dtypes ?? guess(danfo.columns, rows),
    };
  }
  if (Array.isArray(table) && table.every((row) => typeof row === "object" && row !== null)) {
    const names = [...new Set(table.flatMap((row) => Object.keys(row)))];
    const rows = table.slice(0, limit).map((row) => names.map((name) => row[name]));
    return { names, count: table.length, rows, types: guess(names, rows) };
  }
  throw expected("an arquero table, a danfojs DataFrame or an array of records", describe(table));
}

const describe = (value: unknown) =>
  value === null ? "null" : Array.isArray(value) ? "an array of other things" : typeof value;

function guess(names: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  return names.map((_, c) => {
    const kinds = new Set(
      rows
        .map((row) => row[c])
        .filter((value) => value != null)
        .map((value) =>
          value instanceof Date
            ? "date"
            : Array.isArray(value) || ArrayBuffer.isView(value)
              ? "array"
              : typeof value,
        ),
    );
    return kinds.size === 0 ? "empty" : kinds.size === 1 ? [...kinds][0] : "mixed";
  });
}

function cellText(value: unknown, digits: number): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return formatNumber(value, digits);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString().replace("T00:00:00.000Z", "");
  const text = typeof value === "object" ? objectText(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function objectText(value: object): string {
  const plainly = (_: string, entry: unknown) => (typeof entry === "bigint" ? `${entry}` : entry);
  try {
    return JSON.stringify(ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value, plainly);
  } catch {
    return "an object that holds itself";
  }
}

function plain(
  title: string | undefined,
  names: readonly string[],
  types: readonly string[],
  texts: readonly (readonly string[])[],
  numeric: readonly boolean[],
  summary: string,
): string {
  const columns = names.map((name, c) => {
    const cells = [name, types[c], ...texts.map((row) => row[c])];
    const width = Math.max(...cells.map((cell) => cell.length));
    return cells.map((cell) => (numeric[c] ? cell.padStart(width) : cell.padEnd(width)));
  });
  const lines = Array.from({ length: texts.length + 2 }, (_, r) =>
    columns
      .map((cells) => cells[r])
      .join("  ")
      .trimEnd(),
  );
  return [...(title ? [title, ""] : []), ...lines, summary].join("\n");
}
