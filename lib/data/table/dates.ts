/** The order of day and month where a date has both as numbers. */
export type DateOrder = "dmy" | "mdy";

/** Texts read as dates: milliseconds since 1970-01-01, UTC where no zone is given. */
export interface ReadDates {
  readonly values: readonly number[];
  /** Whether none has a time of day. */
  readonly days: boolean;
  /** What comes first, where a date would be another one the other way round. */
  readonly order?: DateOrder;
}

export type NotDates =
  | { readonly why: "text"; readonly first: number; readonly dates: number }
  /** Whether day or month comes first can't be told. */
  | { readonly why: "ambiguous"; readonly first: number };

const clock = String.raw`(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?`;
const yearFirst = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${clock}$`);
const yearLast = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${clock}$`);

/**
 * Reads a column's texts as dates: ISO 8601 and its like with the year first, or day, month and year. Where
 * "/" or "-" separate these, a day above 12 must show their order; with "." the day comes first.
 * @param order as the user says
 * @param usual what comes first where both fit and differ, as in other rows of the column
 */
export function readDates(
  texts: readonly string[],
  order?: DateOrder,
  usual?: DateOrder,
): ReadDates | NotDates {
  const both = texts.map((text) => {
    const trimmed = text.trim();
    const [first, last] = [yearFirst.exec(trimmed), yearLast.exec(trimmed)];
    if (first) {
      const [, year, , month, day, ...time] = first;
      const value = milliseconds([year, month, day], time);
      return { dmy: value, mdy: value, day: !time[0] };
    }
    if (last) {
      const [, a, separator, b, year, ...time] = last;
      const dmy = milliseconds([year, b, a], time);
      return { dmy, mdy: separator === "." ? dmy : milliseconds([year, a, b], time), day: !time[0] };
    }
    return { dmy: undefined, mdy: undefined, day: false };
  });
  const take = (which: DateOrder): ReadDates | NotDates => {
    const first = both.findIndex((each) => each[which] === undefined);
    if (first >= 0)
      return { why: "text", first, dates: both.filter((each) => each[which] !== undefined).length };
    const ordered = both.some(({ dmy, mdy }) => dmy !== mdy);
    const values = both.map((each) => each[which]!);
    return { values, days: both.every(({ day }) => day), ...(ordered && { order: which }) };
  };
  if (order !== undefined) return take(order);
  const fits = (which: DateOrder) => both.every((each) => each[which] !== undefined);
  if (fits("dmy") && fits("mdy")) {
    const first = both.findIndex(({ dmy, mdy }) => dmy !== mdy);
    if (first >= 0 && usual !== undefined) return take(usual);
    return first < 0 ? take("dmy") : { why: "ambiguous", first };
  }
  return take(fits("mdy") ? "mdy" : "dmy");
}

/** @returns undefined where there is no such date, such as February 30. */
function milliseconds(
  [year, month, day]: readonly [string, string, string],
  [hours = "0", minutes = "0", seconds = "0", fraction = "", zone = ""]: readonly (string | undefined)[],
): number | undefined {
  const [y, m, d] = [year, month, day].map(Number);
  const date = new Date(Date.UTC(2000, m - 1, d));
  date.setUTCFullYear(y, m - 1, d);
  if (date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return undefined;
  const [hour, minute, second] = [hours, minutes, seconds].map(Number);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const [, sign, zoneHours, zoneMinutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  const offset = sign ? (sign === "-" ? -1 : 1) * (60 * Number(zoneHours) + Number(zoneMinutes)) : 0;
  const part = Math.round(Number(`0.${fraction || 0}`) * 1000);
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + part;
}
