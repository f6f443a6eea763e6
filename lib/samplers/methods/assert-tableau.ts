import { assertFinite, expected } from "../../errors";
import type { StochasticTableau, Tableau } from "./tableau";

/** How far sums of a tableau's rounded coefficients may be from what they must be. */
const tolerance = 1e-9;

/**
 * Checks that a tableau is that of a consistent explicit method: a wrong digit would make every solve wrong,
 * but none of them fail.
 * @throws unless there is a time, a row and a weight for each stage, the weights sum to 1, those of the error
 * to 0, each row, in methods of order 2 or more, to its time, and each stage's weights inside a step, at its
 * end, to its weight; and unless the method has its order, as far as order 4.
 */
export function assertTableau(tableau: Tableau): void {
  const { name, b, dense, error } = tableau;
  assertStages(tableau);
  assertOrder(tableau);
  if (!Array.isArray(dense) || dense.length !== b.length) {
    throw expected(
      `${b.length} rows as dense of the tableau "${name}", one for each stage`,
      dense === undefined ? "none" : `${dense.length}`,
      "Without better ones: dense: b.map((weight) => [weight]), the straight line.",
    );
  }
  dense.forEach((row, i) => {
    assertSum(row, b[i], `dense[${i}], like the weight b[${i}],`, name);
  });
  if (!error) return;
  if (error.length !== b.length) {
    throw expected(`${b.length} weights as error of the tableau "${name}"`, `${error.length}`);
  }
  assertSum(error, 0, "error, the difference of two methods' weights,", name);
}

/** The same for a stochastic method. @throws besides, unless the first stage sees no noise. */
export function assertStochasticTableau(tableau: StochasticTableau): void {
  const { name, b, noise } = tableau;
  assertStages(tableau);
  if (!Array.isArray(noise) || noise.length !== b.length || noise[0] !== 0) {
    throw expected(
      `${b.length} shares as noise of the tableau "${name}", the first of them 0`,
      `[${noise?.join(", ") ?? ""}]`,
    );
  }
  assertFinite(noise, `finite numbers as noise of the tableau "${name}"`);
}

function assertStages({ name, order, a, b, c }: Omit<Tableau, "error" | "dense">): void {
  for (const [what, list] of Object.entries({ b, c, a })) {
    if (Array.isArray(list) && list.length === b.length && b.length > 0) continue;
    throw expected(
      `as many entries of ${what} as of b in the tableau "${name}", one for each stage`,
      Array.isArray(list) ? `${list.length} and ${b.length}` : "none",
    );
  }
  assertSum(b, 1, "b", name);
  assertFinite(c, `finite numbers as c of the tableau "${name}"`);
  a.forEach((row, i) => {
    if (row.length > i) {
      throw expected(
        `at most ${i} numbers as a[${i}] of the tableau "${name}", of an explicit method`,
        `${row.length}`,
      );
    }
    if (order > 1) assertSum(row, c[i], `a[${i}], like the time c[${i}],`, name);
  });
}

/** What a method's sums must be to have an order (Hairer, Nørsett and Wanner, 1993, section II.2). */
function assertOrder({ name, order, a, b, c }: Tableau): void {
  const dot = (u: readonly number[], v: readonly number[]) =>
    u.reduce((sum, value, i) => sum + value * v[i], 0);
  const ofStages = (values: readonly number[]) => a.map((row) => dot(row, values)); // A v
  const times = (u: readonly number[], v: readonly number[]) => u.map((value, i) => value * v[i]);
  const conditions: readonly (readonly [order: number, text: string, sum: number, wanted: number])[] = [
    [2, "Σ b c", dot(b, c), 1 / 2],
    [3, "Σ b c²", dot(b, times(c, c)), 1 / 3],
    [3, "Σ b A c", dot(b, ofStages(c)), 1 / 6],
    [4, "Σ b c³", dot(b, times(c, times(c, c))), 1 / 4],
    [4, "Σ b c A c", dot(times(b, c), ofStages(c)), 1 / 8],
    [4, "Σ b A c²", dot(b, ofStages(times(c, c))), 1 / 12],
    [4, "Σ b A A c", dot(b, ofStages(ofStages(c))), 1 / 24],
  ];
  for (const [least, text, sum, wanted] of conditions) {
    if (order < least || Math.abs(sum - wanted) < tolerance) continue;
    throw expected(
      `the coefficients of a method of order ${order} in the tableau "${name}", so that ${text} = ${wanted}`,
      `${sum}`,
      "Look for a wrong digit, or state a lower order.",
    );
  }
}

function assertSum(values: readonly number[], sum: number, what: string, name: string): void {
  const found = values.reduce((total, value) => total + value, 0);
  if (Math.abs(found - sum) < tolerance) return;
  throw expected(`numbers that sum to ${sum} as ${what} of the tableau "${name}"`, `a sum of ${found}`);
}
