import { type NdArray, sampleSize } from "../array";
import { assertKnown, expected } from "../errors";

/** Options of {@link equalErrorTimes}. */
export interface EqualErrorOptions {
  /** States of a fine solve at times of equal distance, as `saveAt` returns them: order + 3 or more. */
  readonly path: readonly { readonly t: number; readonly x: NdArray }[];
  /** The order p of the method that the times are for: 1 for Euler, 2 for Heun or `adamsBashforth`. */
  readonly order: 1 | 2;
  /** How many steps the times are for. */
  readonly steps: number;
  /** The least density of steps, as a share of the mean one, so that no step grows too long. Default 0.1. */
  readonly least?: number;
}

/**
 * Times between which steps of a method of order p all make about the same error: a step of length h at t
 * errs by h^{p+1} |x^{(p+1)}(t)|, so that steps are as dense as |x^{(p+1)}|^{1/(p+1)}, by the root mean
 * square over samples of the divided differences of a fine path. Learn them on training data: nothing is
 * fitted to the samples that they are used for.
 *
 * @returns steps + 1 increasing times from the first to the last of the path, for a method's `times`.
 * @example
 * const saveAt = Array.from({ length: 41 }, (_, k) => k / 40);
 * const { path } = await solveOde(b, atBase(pairs), { method: rk4({ steps: 40 }), saveAt });
 * const times = equalErrorTimes({ path, order: 1, steps: 6 });
 * const { x } = await solveOde(b, atBase(pairs), { method: euler({ times }) });
 * @throws for fewer states, for times of unequal distance, or for a path that is straight at all times.
 */
export function equalErrorTimes(options: EqualErrorOptions): number[] {
  assertKnown(options, { path: true, order: true, steps: true, least: true }, "equalErrorTimes");
  const { path, order, steps, least = 0.1 } = options;
  if (order !== 1 && order !== 2) throw expected("1 or 2 as the order of a method", `${order}`);
  if (path.length < order + 3) throw expected(`${order + 3} or more states of a path`, `${path.length}`);
  if (!(Number.isInteger(steps) && steps > 0)) throw expected("a whole number of steps above 0", `${steps}`);
  if (!(least >= 0 && least <= 1)) throw expected("a least density between 0 and 1", `${least}`);
  const states = [...path].sort((a, b) => a.t - b.t);
  const [start, end] = [states[0].t, states[states.length - 1].t];
  const gap = (end - start) / (states.length - 1);
  if (states.some(({ t }, k) => Math.abs(t - start - k * gap) > 1e-6)) {
    throw expected("states at times of equal distance", states.map(({ t }) => t).join(", "));
  }
  const weights = order === 1 ? [1, -2, 1] : [-1, 3, -3, 1];
  const n = states[0].x.data.length / sampleSize(states[0].x);
  const middle: { t: number; density: number }[] = [];
  for (let k = 0; k + order + 1 < states.length; k++) {
    let squares = 0;
    for (let e = 0; e < states[k].x.data.length; e++) {
      let difference = 0;
      for (let j = 0; j < weights.length; j++) difference += weights[j] * states[k + j].x.data[e];
      squares += difference ** 2;
    }
    const t = (states[k].t + states[k + order + 1].t) / 2;
    middle.push({ t, density: (Math.sqrt(squares / n) / gap ** (order + 1)) ** (1 / (order + 1)) });
  }
  const mean = middle.reduce((sum, { density }) => sum + density, 0) / middle.length;
  if (!(mean > 0)) throw expected("a path that is curved somewhere", "a straight one");
  // Constant before the first and after the last of the differences, linear between them.
  const nodes = [
    { t: start, density: middle[0].density },
    ...middle,
    { ...middle[middle.length - 1], t: end },
  ];
  const dense = nodes.map(({ t, density }) => ({ t, density: Math.max(density, least * mean) }));
  const sums = [0];
  for (let k = 1; k < dense.length; k++) {
    const [a, b] = [dense[k - 1], dense[k]];
    sums.push(sums[k - 1] + ((a.density + b.density) / 2) * (b.t - a.t));
  }
  const total = sums[sums.length - 1];
  const timeOf = (share: number) => {
    const aim = share * total;
    let k = 1;
    while (k < sums.length - 1 && sums[k] < aim) k++;
    const [a, b] = [dense[k - 1], dense[k]];
    const width = b.t - a.t;
    const slope = (b.density - a.density) / width;
    const left = aim - sums[k - 1];
    // a.density u + slope u² / 2 = left, in the form that has no difference of near numbers.
    const u = (2 * left) / (a.density + Math.sqrt(Math.max(0, a.density ** 2 + 2 * slope * left)));
    return a.t + Math.min(width, u);
  };
  return Array.from({ length: steps + 1 }, (_, k) =>
    k === 0 ? start : k === steps ? end : timeOf(k / steps),
  );
}
