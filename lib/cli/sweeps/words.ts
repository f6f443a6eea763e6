import { shownPath } from "../shown-path";

/** "3 points". */
export const pointsText = (count: number): string => `${count} ${count === 1 ? "point" : "points"}`;

/** Where a sweep's results are, and what compares them. */
export const resultsText = (root: string, out: string): string =>
  `Reports: ${shownPath(root, out)}/index.html. To compare: npm run compare -- ${shownPath(root, out)}`;
