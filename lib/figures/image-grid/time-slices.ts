import type { GridCell } from "./layout";
import type { ImageRow } from "./row";

/** The cells of columns that are times, for a page that steps through them; nothing where they are few. */
export function timeSlices(
  columns: readonly string[],
  rows: readonly ImageRow[],
  cells: readonly (readonly GridCell[])[],
): { readonly slices?: unknown } {
  const times = columns.flatMap((heading, c) => (/^t = [\d.]+$/.test(heading) ? [c] : []));
  const whole = rows.flatMap(({ label }, r) => (times.every((c) => cells[r][c]) ? [{ label, r }] : []));
  if (times.length < 3 || whole.length === 0) return {};
  const slices = {
    names: times.map((c) => columns[c]),
    labels: whole.map(({ label }) => label),
    cells: whole.map(({ r }) => times.map((c) => Object.values(cells[r][c]))),
  };
  return { slices };
}
