/** What stands between the whole and the decimals of a number. */
export type Decimal = "." | ",";

/** Texts read as numbers. */
export interface ReadNumbers {
  readonly values: readonly number[];
  /** "%", "€" and the like, where all cells have it. */
  readonly unit?: string;
  /** What is decimal, where a cell has a point or a comma. */
  readonly decimal?: Decimal;
}

/** Why texts are not read as numbers. */
export type NotNumbers =
  | { readonly why: "text"; readonly first: number; readonly numbers: number }
  /** Numbers with leading zeros, or more digits than a number keeps: postcodes, identifiers. */
  | { readonly why: "codes"; readonly first: number }
  /** Whether a comma or a point is decimal can't be told. */
  | { readonly why: "ambiguous"; readonly first: number; readonly readings: readonly [number, number] }
  | { readonly why: "infinite"; readonly first: number };

const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const grouped = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;
const spaced = /^[+-]?[1-9]\d{0,2}(?:[ '’\u00a0\u202f]\d{3})+(?:\.\d+)?$/;

/**
 * Reads a column's texts as numbers, all in one convention: a decimal point, or a decimal comma; thousands
 * grouped by the other one, by spaces or apostrophes. Where both conventions fit and differ, as for 1,234,
 * the answer is that they do.
 * @param decimal as the user says
 * @param usual what is decimal where both fit and differ, as in other rows of the column
 */
export function readNumbers(
  texts: readonly string[],
  decimal?: Decimal,
  usual?: Decimal,
): ReadNumbers | NotNumbers {
  const { bare, unit } = withoutUnit(texts.map((text) => text.trim().replace(/^−/, "-")));
  const code = bare.findIndex((text) => /^[+-]?0\d/.test(text) || losesDigits(text));
  const point = bare.map((text) => readOne(text));
  const comma = bare.map((text) => readOne(swapped(text)));
  const all = (values: readonly (number | undefined)[]) => values.every((value) => value !== undefined);
  const [fitsPoint, fitsComma] = [all(point), all(comma)];
  if (code >= 0 && (fitsPoint || fitsComma)) return { why: "codes", first: code };
  const take = (values: readonly (number | undefined)[]): ReadNumbers | NotNumbers => {
    const odd = values.indexOf(undefined);
    if (odd >= 0) {
      // Where the convention is only guessed, what neither reads is to blame first.
      const neither = values.findIndex((_, k) => point[k] === undefined && comma[k] === undefined);
      const first = decimal === undefined && neither >= 0 ? neither : odd;
      return { why: "text", first, numbers: values.filter((value) => value !== undefined).length };
    }
    const infinite = values.findIndex((value) => !Number.isFinite(value));
    if (infinite >= 0) return { why: "infinite", first: infinite };
    const marked = bare.some((text) => /[.,]/.test(text));
    const mark = values === point ? "." : ",";
    return { values: values as readonly number[], ...(unit && { unit }), ...(marked && { decimal: mark }) };
  };
  const told = decimal === "." ? point : comma;
  const expectedly = usual === "." ? point : comma;
  if (decimal !== undefined) return take(told);
  const withComma = bare.some((text) => text.includes(","));
  // 1.500 is 1500 where commas are decimal, also beside rows that have no comma.
  const groups = usual === "," && fitsComma && bare.some((text) => text.includes("."));
  if (!withComma) return take(groups || (!fitsPoint && fitsComma) ? comma : point);
  if (fitsPoint && fitsComma) {
    const first = point.findIndex((value, k) => value !== comma[k]);
    if (first < 0) return take(point);
    if (usual !== undefined) return take(expectedly);
    return { why: "ambiguous", first, readings: [point[first]!, comma[first]!] };
  }
  // Points that group thousands, in a column whose commas are decimal: only where a cell has both.
  const lone = bare.findIndex((text) => text.includes(".") && !text.includes(","));
  if (fitsComma && lone >= 0 && !bare.some((text) => /\..*,/.test(text)) && usual !== ",") {
    return { why: "ambiguous", first: lone, readings: [point[lone] ?? Number.NaN, comma[lone]!] };
  }
  return take(fitsComma ? comma : point);
}

const losesDigits = (text: string) => /^[+-]?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text));

function readOne(text: string): number | undefined {
  if (plain.test(text)) return Number(text);
  if (grouped.test(text)) return Number(text.replaceAll(",", ""));
  if (spaced.test(text)) return Number(text.replace(/[ '’\u00a0\u202f]/g, ""));
  return undefined;
}

const swapped = (text: string) => text.replace(/[.,]/g, (sign) => (sign === "." ? "," : "."));

/** The texts without the currency or the per cent sign that all of them have, or as they are. */
function withoutUnit(texts: readonly string[]): { readonly bare: readonly string[]; readonly unit?: string } {
  const parts = texts.map((text) => /^([+-]?)([$€£¥]?)\s*([^$€£¥%]*?)\s*([$€£¥%]?)$/.exec(text));
  const unit = parts[0] && `${parts[0][2]}${parts[0][4]}`;
  if (unit?.length !== 1 || !parts.every((part) => part && `${part[2]}${part[4]}` === unit)) {
    return { bare: texts };
  }
  return { bare: parts.map((part) => `${part![1]}${part![3]}`), unit };
}
