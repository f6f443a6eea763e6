import { assertKnown, described, expected, UsageError } from "../errors";

/**
 * How steps are spaced in time: an increasing function of the fraction of steps, from 0 at 0 to 1 at 1. It is
 * scaled to the interval from its earlier end, so that solving backwards visits the same times.
 */
export type TimeGrid = (share: number) => number;

/** How many steps and how they are spaced, or the times themselves. */
export interface StepOptions {
  /** The number of steps. */
  readonly steps?: number;
  /** `cosineGrid`, `quadraticGrid({ towards })` or a function of your own. Default: steps of equal length. */
  readonly grid?: TimeGrid;
  /**
   * Instead of `steps`: the times at which steps begin and end, increasing, from the earlier to the later end
   * of the interval. Solving backwards visits them in reverse.
   */
  readonly times?: readonly number[];
}

/** Checked `StepOptions`. */
export interface TimeSteps {
  /** How many steps. */
  readonly steps: number;
  /** How they are spaced; absent where they have equal length or `times` is given. */
  readonly grid?: TimeGrid;
  /** The times at which they begin and end, from the earlier to the later. */
  readonly times?: readonly number[];
}

/**
 * Small steps at both ends of the interval, where γ_t = √(2t(1−t)) is steep: (1 − cos πu) / 2.
 *
 * @example
 * const { x } = await solveOde(b, atBase(pairs), { method: euler({ steps: 8, grid: cosineGrid }) });
 */
export const cosineGrid: TimeGrid = (share) => Math.sin((Math.PI / 2) * share) ** 2;

/**
 * Small steps towards the earlier end (0), u², or towards the later end (1), 1 − (1 − u)².
 *
 * @example
 * const method = euler({ steps: 10, grid: quadraticGrid({ towards: 1 }) }); // ever shorter steps
 * const { x } = await solveOde(b, atBase(pairs), { method });
 */
export function quadraticGrid(options: { readonly towards: 0 | 1 }): TimeGrid {
  assertKnown(options, { towards: true }, "quadraticGrid");
  const { towards } = options;
  if (towards !== 0 && towards !== 1) throw expected("towards: 0 or 1", `${towards}`);
  return towards === 0 ? (share) => share * share : (share) => share * (2 - share);
}

/**
 * Steps that shrink, or grow, by a constant factor: what is left of the interval falls geometrically, from 1
 * to `last`, towards the earlier end (0) or the later one (1). For a velocity like 1 / (1 − t), whose
 * interval ends just before the end: on [0, 1 − δ] with `last: δ`, 1 − t falls by the same factor each step.
 *
 * @example
 * const method = heun({ steps: 20, grid: geometricGrid({ towards: 1, last: 0.001 }) });
 * const { x } = await solveOde(b, atBase(pairs), { method, to: 0.999 });
 */
export function geometricGrid(options: { readonly towards: 0 | 1; readonly last: number }): TimeGrid {
  assertKnown(options, { towards: true, last: true }, "geometricGrid");
  const { towards, last } = options;
  if (towards !== 0 && towards !== 1) throw expected("towards: 0 or 1", `${towards}`);
  if (!(last > 0 && last < 1)) throw expected("a last share between 0 and 1", `${last}`);
  const grid = (share: number) => -Math.expm1(share * Math.log(last)) / (1 - last);
  return towards === 1 ? grid : (share) => 1 - grid(1 - share);
}

const mostSteps = 10_000_000;

/** @throws unless there is a whole number of steps above 0, or increasing times. */
export function timeSteps(method: string, options: StepOptions): TimeSteps {
  assertKnown(options, { steps: true, grid: true, times: true }, method, { likely: true });
  const { steps, grid, times } = options;
  if (grid !== undefined && typeof grid !== "function") {
    throw expected(`a grid for ${method}, such as cosineGrid`, described(grid));
  }
  if (times) {
    if (steps !== undefined || grid) {
      throw expected(`either steps (with a grid) or times for ${method}`, "both");
    }
    if (times.length < 2 || times.some((t, i) => !(i === 0 || t > times[i - 1]))) {
      throw expected(`two or more increasing times for ${method}`, `[${times.join(", ")}]`);
    }
    return { steps: times.length - 1, times: Object.freeze([...times]) };
  }
  if (!(steps !== undefined && Number.isInteger(steps) && steps > 0)) {
    throw expected(`a whole number of steps above 0 for ${method}`, `${steps}`);
  }
  if (steps > mostSteps) throw expected(`at most ${mostSteps} steps for ${method}`, `${steps}`);
  return { steps, ...(grid && { grid }) };
}

/** The ends of the steps between `from` and `to`, both included, in the order of integration. */
export function nodesBetween({ steps, grid, times }: TimeSteps, from: number, to: number): Float64Array {
  const [early, late] = [Math.min(from, to), Math.max(from, to)];
  const nodes = new Float64Array(steps + 1);
  if (times) {
    if (times[0] !== early || times[steps] !== late) {
      throw expected(
        `times from ${early} to ${late}, the interval to integrate over`,
        `times from ${times[0]} to ${times[steps]}`,
      );
    }
    nodes.set(times);
  } else {
    for (let k = 0; k <= steps; k++) {
      nodes[k] = early + (late - early) * (grid ? grid(k / steps) : k / steps);
    }
    if (!(Math.abs(nodes[0] - early) < 1e-9 && Math.abs(nodes[steps] - late) < 1e-9)) {
      throw expected("a time grid with 0 at 0 and 1 at 1", `${grid?.(0)} at 0 and ${grid?.(1)} at 1`);
    }
    nodes[0] = early;
    nodes[steps] = late;
    for (let k = 1; k <= steps; k++) {
      if (!(nodes[k] > nodes[k - 1])) {
        throw new UsageError(
          `A time grid must increase, but it is ${nodes[k - 1]} after ${k - 1} of ${steps} steps and ` +
            `${nodes[k]} after ${k}.`,
        );
      }
    }
  }
  return from < to ? nodes : nodes.reverse();
}
