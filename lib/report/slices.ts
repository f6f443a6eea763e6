/** Time slices in a picture: what a page needs to step through them. */
export interface Slices {
  /** The slices' headings, such as "t = 0.2", and the rows' labels. */
  readonly names: readonly string[];
  readonly labels: readonly string[];
  /** `cells[row][slice]`: x, y, width and height in the picture's pixels. */
  readonly cells: readonly (readonly (readonly number[])[])[];
}

/** More slices or rows than this are no picture of ours. */
const most = 200;

/** The slices in the metadata of a picture of unknown origin; nothing where they don't hold together. */
export function slicesIn(value: unknown): Slices | undefined {
  const { names, labels, cells } = (typeof value === "object" && value !== null ? value : {}) as Partial<
    Record<keyof Slices, unknown>
  >;
  if (!isList(names) || !isList(labels) || !isList(cells)) return undefined;
  const words = [...names, ...labels].every((text) => typeof text === "string" && text.length < 200);
  const whole =
    names.length > 1 &&
    labels.length === cells.length &&
    cells.every((row) => isList(row) && row.length === names.length && row.every(isCell));
  return words && whole ? ({ names, labels, cells } as Slices) : undefined;
}

const isList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && value.length <= most;

const isCell = (cell: unknown): boolean =>
  Array.isArray(cell) &&
  cell.length === 4 &&
  cell.every((side, k) => typeof side === "number" && side >= (k < 2 ? 0 : 1) && side <= 20_000);
