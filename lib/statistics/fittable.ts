import { expected } from "../errors";
import { dependentColumns } from "./least-squares";

/** The values of variables at all points, by the variables' names. */
export type Variables<K extends string> = Readonly<Record<K, readonly number[]>>;

/** @throws when values are not above 0, a variable is constant, or there are no more points than unknowns. */
export function assertFittable(x: Variables<string>, y: readonly number[], unknowns: number): void {
  const names = Object.keys(x);
  if (names.length === 0) throw expected("at least one variable in x", "none");
  if (y.length <= unknowns) {
    throw expected(`more points than the ${unknowns} unknowns of the fit`, `${y.length}`);
  }
  for (const [name, values] of Object.entries({ ...x, y })) {
    if (values.length !== y.length) throw expected(`${y.length} values of ${name}`, `${values.length}`);
    const bad = values.find((value) => !(value > 0 && value < Number.POSITIVE_INFINITY));
    if (bad !== undefined) throw expected(`finite values of ${name} above 0`, `${bad}`);
  }
  for (const name of names) {
    if (x[name].every((value) => value === x[name][0])) {
      throw expected(`at least two different values of ${name}`, `${x[name][0]} at all points`);
    }
  }
}

/**
 * @param rows the rows of the fit, whose first column stands for the constant and the others for variables
 * @throws when one variable follows from others, so that their parts in y can't be told apart.
 */
export function assertIndependent(rows: readonly (readonly number[])[], names: readonly string[]): void {
  const dependent = dependentColumns(rows).flatMap((k) => (k > 0 ? [names[k - 1]] : []));
  if (dependent.length === 0) return;
  throw expected(
    "variables that vary apart",
    `${dependent.join(" and ")}, of which one follows from the rest at all points`,
    "Leave one of them out, or measure where they do vary apart.",
  );
}
