import type { NdArray } from "../array";
import { advise, expected, option } from "../errors";
import { nearDuplicates } from "./near-duplicates";
import type { OwnSplit, SplitRows } from "./split";

/** How images are split: at random, and perhaps apart. */
export interface ApartSplit extends OwnSplit {
  /**
   * Drops images of the test split that look like one of the others, and of the validation split that look
   * like one for training: those within this mean squared error, of pixels in [-1, 1] averaged to 16×16; 0.01
   * is usual. Default 0: none.
   */
  readonly apart?: number;
}

/**
 * The rows of each split without those that look like one of an earlier split, and notes on them.
 * @param images those of the rows that are given
 * @throws UsageError when no test image is left.
 */
export function apartRows(
  rows: SplitRows,
  images: (rows: readonly number[]) => NdArray,
  apart: number,
): { readonly rows: SplitRows; readonly dropped: readonly string[] } {
  if (apart === 0) return { rows, dropped: [] };
  const away = (of: readonly number[], from: readonly number[]) => {
    const near = nearDuplicates(images(of), images(from), { within: apart });
    return of.filter((_, i) => !near[i]);
  };
  const validation = rows.validation ?? [];
  const kept = {
    test: away(rows.test, [...rows.train, ...validation]),
    validation: away(validation, rows.train),
  };
  const counts = [
    `${rows.test.length - kept.test.length} test`,
    ...(rows.validation ? [`${validation.length - kept.validation.length} validation`] : []),
  ];
  if (kept.test.length === 0) {
    throw expected(
      `test images that differ from all others by a mean squared error above ${apart}`,
      "none",
      advise`Lower ${option("apart")}.`,
    );
  }
  return {
    rows: { train: rows.train, test: kept.test, ...(rows.validation && { validation: kept.validation }) },
    dropped: [`${counts.join(" and ")} images within a mean squared error of ${apart} dropped`],
  };
}
