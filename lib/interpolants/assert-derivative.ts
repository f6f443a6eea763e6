import { expected } from "../errors";

/** The ends, the middle, and times in between that resonate with no simple period. */
export const checkedTimes: readonly number[] = [
  ...[0, 1, 0.5],
  ...Array.from({ length: 62 }, (_, i) => ((i + 1) * 0.6180339887498949) % 1),
];

const inside = checkedTimes.filter((t) => t > 0 && t < 1);

/** A coefficient and what was given as its derivative, with the names that code has for them. */
export interface GivenDerivative {
  readonly names: readonly [curve: string, derivative: string];
  /** What they belong to, such as 'the interpolant "cubic"'. */
  readonly of: string;
  readonly curve: (t: number) => number;
  readonly derivative: (t: number) => number;
  /** What to do where they don't agree. */
  readonly advice: string;
}

/**
 * Compares a derivative with the curve's slopes to either side of the times inside (0, 1): it must lie
 * between them, as that of a kink may, within 0.2 % of the curve's size and slope.
 * @throws at the first time where it doesn't.
 */
export function assertDerivative({ names, of, curve, derivative, advice }: GivenDerivative): void {
  const size = Math.max(...inside.map((t) => Math.abs(curve(t))));
  for (const t of inside) {
    const [before, here, after] = [curve(t - step), curve(t), curve(t + step)];
    const slopes = [(here - before) / step, (after - here) / step];
    const slack = 2e-3 * Math.max(size, ...slopes.map(Math.abs));
    const given = derivative(t);
    if (here === 0 && !Number.isFinite(given)) continue; // as of √(t − ½)² at its zero
    if (given >= Math.min(...slopes) - slack && given <= Math.max(...slopes) + slack) continue;
    const slope = Number(((after - before) / (2 * step)).toPrecision(4));
    throw expected(
      `${names[1]} = ${slope} at t = ${t} of ${of}, as differences of ${names[0]} say`,
      `${given}`,
      advice,
    );
  }
}

/** Rounding to float32 changes a slope over it by a thousandth at most. */
const step = 1e-4;
