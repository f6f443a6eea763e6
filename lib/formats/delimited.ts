import { parse } from "csv-parse/sync";
import { advise, expected, option, UsageError, usageError } from "../errors";

/** The cells of a CSV or TSV file: texts, as they stand in it. */
export interface Delimited {
  /** The names of the columns, without spaces around them. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What stands before the cells of each row, in a column that the header has no name for. */
  readonly rowNames?: readonly string[];
  /** `lines[row]` is the line of the file on which a row ends. */
  readonly lines: readonly number[];
  readonly delimiter: string;
}

export interface DelimitedOptions {
  /** What errors call the text, such as a path. */
  readonly source: string;
  /** Between cells; default: whichever of comma, tab, semicolon and bar stands in the header. */
  readonly delimiter?: string;
}

const candidates: Readonly<Record<string, string>> = {
  ",": "comma",
  "\t": "tab",
  ";": "semicolon",
  "|": "bar",
};

/**
 * Reads delimited text with a header (RFC 4180: cells may be quoted, a quote in them doubled). Empty lines
 * are skipped, cells keep their spaces. A first column without a name, as R and pandas write it, names the
 * rows, as do 1, 2, 3, … where they stand before the cells for which the header has names.
 * @throws UsageError if it is empty, a row has more or fewer cells than the header, a quote isn't closed, a
 * column but the first has no name, or that of another, or the delimiter can't be told.
 */
export function parseDelimited(text: string, { source, delimiter }: DelimitedOptions): Delimited {
  if (text.trim() === "") throw expected(`a table in ${source}`, "an empty file");
  if (delimiter !== undefined && delimiter.length !== 1) {
    throw expected("one character as delimiter", JSON.stringify(delimiter));
  }
  // Spreadsheets may say the separator on a line of its own.
  const said = /^\ufeff?sep=(.)(?=\r|\n)/i.exec(text)?.[1];
  const start = said === undefined ? 1 : 2;
  const separator = delimiter ?? said ?? delimiterOf(text, source);
  const [first, ...rest] = recordsOf(text, { delimiter: separator, source, start });
  if (first === undefined) throw expected(`a table in ${source}`, "an empty one");
  const cells = first.record.map((name) => name.trim());
  if (cells.every((name) => /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(name))) {
    throw expected(
      `the names of the columns on the first line of ${source}`,
      `numbers: ${cells.slice(0, 3).join(", ")}`,
      "Put a line of names above them; names that are numbers need a letter.",
    );
  }
  const lacking = rest.length > 0 && rest[0].record.length === cells.length + 1;
  const named = !lacking && (cells.length === 1 || cells[0] !== "");
  const header = named || lacking ? cells : cells.slice(1);
  const seen = new Set<string>();
  header.forEach((name, k) => {
    if (name === "") throw expected(`a name for each column of ${source}`, `none for column ${k + 1}`);
    if (seen.has(name)) throw expected(`columns of different names in ${source}`, `"${name}" twice`);
    seen.add(name);
  });
  return Object.freeze({
    header: Object.freeze(header),
    rows: rest.map(({ record }) => (named ? record : record.slice(1))),
    ...(!named && { rowNames: rest.map(({ record }) => record[0]) }),
    lines: rest.map(({ info }) => info.lines),
    delimiter: separator,
  });
}

/** Delimited text; cells with a delimiter, a quote or a line break are quoted. Lines end with "\n". */
export function formatDelimited(
  header: readonly string[],
  rows: Iterable<readonly string[]>,
  delimiter = ",",
): string {
  const special = new RegExp(`["\\r\\n${delimiter === "|" ? "\\|" : delimiter}]|^\\s|\\s$`);
  const cell = (text: string) => (special.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (cells: readonly string[]) => {
    const joined = cells.map(cell).join(delimiter);
    return `${joined === "" ? '""' : joined}\n`; // an empty line would be skipped
  };
  let out = line(header);
  for (const row of rows) out += line(row);
  return out;
}

/**
 * The text of a file in UTF-8, or in UTF-16 with a byte order mark.
 * @param encoding of the bytes, such as "windows-1252"
 * @throws UsageError if the bytes are no text in that encoding.
 */
export function decodeText(bytes: Uint8Array, source: string, encoding?: string): string {
  const mark = bytes.length > 1 ? (bytes[0] << 8) | bytes[1] : 0;
  const name = encoding ?? (mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : "utf-8");
  let text: string;
  try {
    text = new TextDecoder(name, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw expected('an encoding such as "windows-1252"', `"${encoding}"`);
    throw usageError(
      `Expected ${source} to be text in ${name.toUpperCase()}, but it isn't.`,
      "Save it as UTF-8.",
      advise`Or pass its encoding, such as ${option("encoding", "windows-1252")}.`,
    );
  }
  if (text.includes("\0")) {
    const advice = advise`For UTF-16 without a byte order mark: ${option("encoding", "utf-16le")}.`;
    throw expected(`text in ${source}`, "bytes of zero, as other files have", advice);
  }
  return text;
}

interface Entry {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

interface RecordsOptions {
  readonly delimiter: string;
  readonly source: string;
  /** The line of the header. */
  readonly start: number;
}

function recordsOf(text: string, { delimiter, source, start }: RecordsOptions): readonly Entry[] {
  try {
    const ends = { record_delimiter: ["\r\n", "\n", "\r"], from_line: start };
    const options = { ...ends, bom: true, delimiter, info: true, skip_empty_lines: true } as const;
    // R's write.table has no name for the column of row numbers. Other rows of that length are mistakes.
    const lenient = parse(text, { ...options, relax_column_count: true }) as unknown as Entry[];
    const [{ record: header }, ...rows] = lenient;
    const lacking =
      rows.length > 1 &&
      rows.every(({ record }, k) => record.length === header.length + 1 && record[0] === `${k + 1}`);
    return lacking ? lenient : (parse(text, options) as unknown as Entry[]);
  } catch (error) {
    const { message, code } = error as Error & { readonly code?: string };
    const [, wanted, got, line] = /expect (\d+), got (\d+) on line (\d+)/.exec(message) ?? [];
    const separator = candidates[delimiter] ?? `"${delimiter}"`;
    if (wanted === "1") {
      const line = text.split(/\r\n|\n|\r/)[start - 1];
      throw expected(
        `the names of the columns on the first line of ${source}`,
        JSON.stringify(line.slice(0, 40)),
        "Delete what stands above them.",
      );
    }
    if (wanted !== undefined) {
      throw expected(
        `${wanted} cells in each row of ${source}, like its header`,
        `${got} on line ${line}`,
        `Cells that hold a ${separator} must be in quotes.`,
      );
    }
    const at = / line (\d+)/.exec(message)?.[1];
    if (code === "CSV_QUOTE_NOT_CLOSED") {
      throw expected(
        `each quote in ${source} to be closed`,
        `one that isn't, opened on line ${openedOn(text)}`,
      );
    }
    if (code === "INVALID_OPENING_QUOTE" || code === "CSV_INVALID_CLOSING_QUOTE") {
      throw expected(
        `quotes around whole cells in ${source}`,
        `one within a cell on line ${at}`,
        'A quote in a quoted cell is written twice: "".',
      );
    }
    throw new UsageError(`Can't read ${source}: ${message.split("\n")[0]}.`);
  }
}

/** The line of the last quote that opens a cell. */
function openedOn(text: string): number {
  let [line, opened, open] = [1, 1, false];
  for (let k = 0; k < text.length; k++) {
    if (text[k] === '"') {
      open = !open;
      if (open) opened = line;
    } else if (text[k] === "\n" || (text[k] === "\r" && text[k + 1] !== "\n")) line++;
  }
  return opened;
}

/** The separator that cuts the header into most cells, if others cut it into as many as few. */
function delimiterOf(text: string, source: string): string {
  const start = text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .find((line) => line.trim() !== "")!;
  const unquoted = start.replace(/"(?:[^"]|"")*"/g, "");
  const counts = Object.keys(candidates).map((each) => [each, unquoted.split(each).length - 1] as const);
  const found = counts.filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  if (found.length > 1 && found[0][1] === found[1][1]) {
    throw expected(
      `one separator in the header of ${source}`,
      `both ${found
        .slice(0, 2)
        .map(([each]) => candidates[each])
        .join(" and ")}`,
      "Put cells that hold one into quotes.",
      advise`Or pass the right one, such as ${option("delimiter", ";")}.`,
    );
  }
  return found[0]?.[0] ?? ",";
}
