import { expected } from "../errors";
import { spread } from "../statistics";

type Axes = Readonly<Record<string, readonly unknown[]>>;
type Setting<A extends Axes> = { readonly [K in keyof A]: A[K][number] };

/**
 * Runs an experiment once for every combination of the given values, one after the other, the last
 * axis fastest, and returns each setting joined with what the run returned.
 *
 * @example
 * const runs = await sweep({ sigma: [0.1, 1], seed: [0, 1, 2] }, ({ sigma, seed }) => {
 *   const coupling = dataDependent({ mean: ({ x }) => x, sigma });
 *   return { bound: pathBound({ pairs: coupling.draw(data, rng(seed)), interpolant }).value };
 * });
 * summarise(runs, { by: "sigma", columns: { bound: (run) => run.bound } }); // about 2σ²: one row per σ
 */
export async function sweep<const A extends Axes, R extends object>(
  axes: A,
  run: (setting: Setting<A>) => Promise<R> | R,
): Promise<(Setting<A> & R)[]> {
  const rows: (Setting<A> & R)[] = [];
  for (const setting of combinations(axes)) rows.push({ ...setting, ...(await run(setting)) });
  return rows;
}

function combinations<A extends Axes>(axes: A): Setting<A>[] {
  let settings: Record<string, unknown>[] = [{}];
  for (const [name, values] of Object.entries(axes)) {
    if (values.length === 0) throw expected(`at least one value of "${name}" to sweep over`, "none");
    settings = settings.flatMap((setting) => values.map((value) => ({ ...setting, [name]: value })));
  }
  return settings as Setting<A>[];
}

/** "0.123 ± 0.004" over several runs, "0.123" for one. */
export function formatSpread(values: readonly number[], digits = 3): string {
  const { mean, sd, n } = spread(values);
  return n > 1 ? `${plain(mean, digits)} ± ${plain(sd, 2)}` : plain(mean, digits);
}

/** Significant digits, but all digits before the point, and 0 as such. */
function plain(value: number, digits: number): string {
  if (value === 0) return "0";
  // Rounding may carry: 999.9 has four digits before the point.
  const rounded = Math.abs(Number(value.toPrecision(digits)));
  return rounded >= 10 ** digits ? value.toFixed(0) : value.toPrecision(digits);
}

/**
 * One row per distinct value of `by`, in order of first appearance, each named number averaged over
 * its rows and written with its spread.
 */
export function summarise<R extends object, B extends keyof R & string>(
  rows: readonly R[],
  options: { readonly by: B; readonly columns: Readonly<Record<string, (row: R) => number>> },
): Record<string, string>[] {
  const groups = new Map<unknown, R[]>();
  for (const row of rows) groups.set(row[options.by], [...(groups.get(row[options.by]) ?? []), row]);
  return [...groups].map(([value, members]) => ({
    [options.by]: String(value),
    ...Object.fromEntries(
      Object.entries(options.columns).map(([name, of]) => [name, formatSpread(members.map(of))]),
    ),
  }));
}
