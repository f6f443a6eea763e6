import { assertKnown, UsageError } from "../errors";

const tolerance = (name: string) => (value: unknown) =>
  `It is the method's: give method: dopri5({ ${name}: ${typeof value === "number" ? value : "1e-3"} }).`;
const ends = () => "The times are called from and to: time runs from 0, the base, to 1, the data.";

/** What stands in the method's options, or goes by another name in other libraries. */
const elsewhere: Readonly<Record<string, (value: unknown) => string>> = {
  rtol: tolerance("rtol"),
  atol: tolerance("atol"),
  tol: tolerance("rtol"),
  tolerance: tolerance("rtol"),
  steps: (value) =>
    `It is the method's: give it as in euler({ steps: ${typeof value === "number" ? value : 8} }).`,
  t0: ends,
  t1: ends,
};

/**
 * Refuses options that look like one of the solver's, and those of its method: a tolerance beside the method
 * would be ignored without a word.
 * @param known all names of options
 * @param where the solver, such as "solveOde"
 */
export function assertSolverOptions(
  options: object,
  known: Readonly<Record<string, true>>,
  where: string,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(elsewhere, name) || Object.hasOwn(known, name) || value === undefined) continue;
    throw new UsageError(`There is no option "${name}" of ${where}. ${elsewhere[name](value)}`);
  }
  assertKnown(options, known, where, { likely: true });
}
