import { assertKnown, choose, described, expected } from "../errors";
import { spread } from "../statistics/spread";
import { formatNumber, html, htmlLines, plusMinus } from "../text";
import type { Displayable, MimeBundle } from "./figure";
import { assertText } from "./style";

/** A row of a table: column → value. */
export type Row = Readonly<Record<string, string | number>>;

/** Options of {@link metricTable}. */
export interface MetricTableOptions {
  /** The caption: what is compared, and on which data. */
  readonly title: string;
  /** One record per row: the cell of each column, by the column's heading. */
  readonly rows: readonly Row[];
  /** Which columns to show, in this order; all, in the order of first appearance, when absent. */
  readonly columns?: readonly string[];
  /** Significant digits of numbers: 4 when absent; a record sets them per column. */
  readonly digits?: number | Readonly<Record<string, number>>;
  /**
   * Columns whose least or greatest value is marked as best, where it is better than all others by more than
   * the spreads (what stands after "±") of both together. Ties are not marked.
   */
  readonly best?: Readonly<Record<string, "min" | "max">>;
  /** Small print below the table. */
  readonly note?: string;
}

/** A table of results. */
export interface MetricTable extends Displayable {
  /** The caption. */
  readonly title: string;
  /** Draws it, as HTML and as text. */
  toBundle(): MimeBundle;
}

/**
 * A table of results: numbers aligned to the right, the best of a column in bold. A text that begins with a
 * number ("0.12 ± 0.01") is compared as that number, with its spread; NaN is never the best, and values that
 * are equal as shown, or within each other's spread, are tied.
 *
 * @example
 * metricTable({
 *   title: "Distance to the data, three seeds",
 *   rows: [
 *     { coupling: "independent", "KD × 1000": "8.6 ± 0.7", NFE: 64 },
 *     { coupling: "data-dependent", "KD × 1000": "4.2 ± 0.3", NFE: 52 },
 *   ],
 *   best: { "KD × 1000": "min" },
 * });
 * @throws when the title is missing, there are no rows, or a column is named that no row has.
 */
export function metricTable(options: MetricTableOptions): MetricTable {
  assertKnown(
    options,
    { title: true, rows: true, columns: true, digits: true, best: true, note: true },
    "metricTable",
    { likely: true },
  );
  const { title, rows, best = {}, note } = options;
  assertText("a metric table", { title });
  if (!rows?.length) throw expected("at least one row in a metric table", "none");
  const present = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = options.columns ?? present;
  if (!Array.isArray(columns) || columns.length === 0) {
    throw expected("a list of one column or more", Array.isArray(columns) ? "none" : described(columns));
  }
  for (const column of [...columns, ...Object.keys(best)]) {
    if (!present.includes(column)) {
      throw expected(`a column among ${present.join(", ")}`, `"${column}"`);
    }
  }
  for (const digits of Object.values(
    typeof options.digits === "object" ? options.digits : [options.digits],
  )) {
    if (digits !== undefined && !(Number.isInteger(digits) && digits >= 1 && digits <= 17)) {
      throw expected("1 to 17 digits", `${digits}`);
    }
  }
  for (const direction of Object.values(best)) choose("what is best", direction, { min: true, max: true });
  const digitsOf = (column: string) =>
    (typeof options.digits === "number" ? options.digits : options.digits?.[column]) ?? 4;

  const grid = columns.map((column) => {
    const values = rows.map((row) => row[column]);
    const texts = values.map((value) => formatValue(value, digitsOf(column)));
    const sizes = values.map(leadingNumber);
    const numeric = values.every(
      (value) => value === undefined || Number.isFinite(leadingNumber(value)) || typeof value === "number",
    );
    return { column, texts, numeric, marked: bestOf(best[column], sizes, texts) };
  });

  const head = grid.map(({ column, numeric }) => {
    const side = numeric ? "right" : "left";
    return html`<th scope="col" align="${side}" style="text-align:${side}">${column}</th>`;
  });
  const body = rows.map((_, r) => {
    const cells = grid.map(({ texts, numeric, marked }, c) => {
      const text = marked.has(r) ? html`<strong>${texts[r]}</strong>` : texts[r];
      if (numeric) return html`<td align="right" style="text-align:right">${text}</td>`;
      return c === 0
        ? html`<th scope="row" align="left" style="text-align:left">${text}</th>`
        : html`<td align="left" style="text-align:left">${text}</td>`;
    });
    return html`<tr>${cells}</tr>`;
  });
  const asked = grid.filter(({ column }) => best[column]).length > 0 && rows.length > 1;
  const anyBest = grid.some(({ marked }) => marked.size > 0);
  const remarks = [...(note ? [note] : []), ...(asked ? [bestWords(best, anyBest)] : [])].join(" ");
  const foot =
    remarks && html`\n<tfoot><tr><td colspan="${columns.length}"><small>${remarks}</small></td></tr></tfoot>`;
  const table = html`<table class="metric-table"><caption>${title}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${htmlLines(body)}
</tbody>${foot}</table>`;

  const bundle: MimeBundle = Object.freeze({
    "text/html": `${table}`,
    "text/plain": plainTable(title, grid, rows.length, note),
  });
  return Object.freeze({ title, toBundle: () => bundle });
}

/**
 * Mean and sample standard deviation of a value over seeds: "0.123 ± 0.004 (3 seeds)". The deviation has two
 * significant digits (or all digits before its point), and the mean as many decimals; a single value has no
 * deviation.
 */
export function meanStd(values: ArrayLike<number>, options: { of?: string } = {}): string {
  const { mean, sd, n } = spread(values);
  const of = options.of ?? (n === 1 ? "seed" : "seeds");
  if (n === 0) throw expected("at least one value to average", "none");
  if (n === 1) return `${formatNumber(mean, 4)} (1 ${of})`;
  return `${plusMinus(mean, sd)} (${n} ${of})`;
}

function formatValue(value: string | number | undefined, digits: number): string {
  if (value === undefined) return "";
  return typeof value === "number" ? formatNumber(value, digits) : value;
}

function leadingNumber(value: string | number | undefined): number {
  if (typeof value === "number") return value;
  const match = /^\s*([-−+]?\d[\d\u202f]*(?:\.\d+)?(?:e[-−+]?\d+)?)(?=$|[\s%±(×])/i.exec(value ?? "");
  return match ? Number(match[1].replace(/−/g, "-").replace(/\u202f/g, "")) : Number.NaN;
}

/** What stands after "±", 0 where nothing does. */
function spreadOf(value: string | number | undefined): number {
  if (typeof value !== "string") return 0;
  const match = /±\s*(\d[\d\u202f]*(?:\.\d+)?(?:e[-−+]?\d+)?)/i.exec(value);
  return match ? Number(match[1].replace(/−/g, "-").replace(/\u202f/g, "")) : 0;
}

/** The row of the one best value, if there is one. */
function bestOf(
  direction: "min" | "max" | undefined,
  sizes: readonly number[],
  texts: readonly string[],
): ReadonlySet<number> {
  const finite = sizes.filter(Number.isFinite);
  if (!direction || finite.length < 2) return new Set();
  const best = sizes.indexOf(direction === "min" ? Math.min(...finite) : Math.max(...finite));
  const tied = sizes.some(
    (size, r) =>
      r !== best &&
      (texts[r] === texts[best] ||
        Math.abs(size - sizes[best]) <= spreadOf(texts[r]) + spreadOf(texts[best])),
  );
  return new Set(tied ? [] : [best]);
}

/** What bold means, and which direction is better, for columns whose names don't show it by an arrow. */
function bestWords(best: Readonly<Record<string, "min" | "max">>, any: boolean): string {
  const unsaid = (direction: "min" | "max") =>
    Object.keys(best).filter((column) => best[column] === direction && !/[↑↓]/.test(column));
  const words = (["min", "max"] as const).flatMap((direction) => {
    const columns = unsaid(direction);
    return columns.length > 0
      ? [`${direction === "min" ? "lower" : "higher"} is better in ${columns.join(", ")}`]
      : [];
  });
  const bold = any ? "Bold: the best of its column, unless tied" : "No value is bold: the best ones are tied";
  return `${[bold, ...words].join("; ")}.`;
}

interface Column {
  readonly column: string;
  readonly texts: readonly string[];
  readonly numeric: boolean;
  readonly marked: ReadonlySet<number>;
}

function plainTable(title: string, grid: readonly Column[], rows: number, note: string | undefined): string {
  const columns = grid.map(({ column, texts, numeric, marked }) => {
    const cells = [
      column,
      ...texts.map((text, r) =>
        marked.has(r) ? `${text}*` : `${text}${numeric && marked.size > 0 ? " " : ""}`,
      ),
    ];
    const width = Math.max(...cells.map((cell) => cell.length));
    return { width, cells: cells.map((cell) => (numeric ? cell.padStart(width) : cell.padEnd(width))) };
  });
  const line = (r: number) =>
    columns
      .map(({ cells }) => cells[r])
      .join("  ")
      .trimEnd();
  const rule = columns.map(({ width }) => "─".repeat(width)).join("  ");
  return [
    title,
    "",
    line(0),
    rule,
    ...Array.from({ length: rows }, (_, r) => line(r + 1)),
    ...(grid.some(({ marked }) => marked.size > 0) ? ["", "* best of its column, unless tied"] : []),
    ...(note ? ["", note] : []),
  ].join("\n");
}
