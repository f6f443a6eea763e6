/**
 * A number with so many significant digits, without an exponent where it can be read without one. Whole
 * numbers keep all their digits.
 *
 * @example formatNumber(0.0123456, 4) // "0.01235"
 */
export function formatNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e15) {
    return withMinus(
      value
        .toLocaleString("en-US", { maximumFractionDigits: 0 })
        .replace(/,/g, size < 10_000 ? "" : "\u202f"),
    );
  }
  if (size >= 1e-4 && size < 10 ** Math.max(6, digits)) {
    const rounded = Number(value.toPrecision(digits));
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
    return withMinus(rounded.toFixed(Math.min(20, decimals)));
  }
  return withMinus(value.toExponential(digits - 1).replace("e+", "e"));
}

/** A number's text with minus signs (−) in place of hyphens. */
const withMinus = (text: string) => text.replace(/-/g, "−");

/**
 * A value with its spread, or with half the width of its interval: "0.1230 ± 0.0040". The second has two
 * significant digits (or all digits before its point), and the first as many decimals.
 */
export function plusMinus(value: number, spread: number): string {
  if (!Number.isFinite(value) || !Number.isFinite(spread)) return `${value} ± ${spread}`;
  const leading =
    spread > 0
      ? Math.floor(Math.log10(Number(spread.toPrecision(2))))
      : Math.floor(Math.log10(Math.abs(value) || 1)) - 2;
  const decimals = Math.min(20, Math.max(0, 1 - leading));
  return `${withMinus(value.toFixed(decimals))} ± ${spread.toFixed(decimals)}`;
}
