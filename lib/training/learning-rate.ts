import { assertKnown, expected } from "../errors";

/** How the learning rate changes: a factor on it at each step, counted from 0. */
export interface LearningRateSchedule {
  /** Its kind; checkpoints compare it. */
  readonly name: string;
  /** Its parameters, by name; checkpoints compare them. */
  readonly options: Readonly<Record<string, number>>;
  /** What the learning rate is multiplied by at this step. */
  factor(step: number): number;
}

/** `factor`^⌊step / every⌋; the paper has ×0.99 every 1000 steps. */
export function stepLR(
  options: { readonly every?: number; readonly factor?: number } = {},
): LearningRateSchedule {
  assertKnown(options, { every: true, factor: true }, "stepLR");
  const { every = 1000, factor = 0.99 } = options;
  if (!(Number.isInteger(every) && every > 0)) throw expected("every as a whole number above 0", `${every}`);
  if (!(factor > 0 && factor <= 1)) throw expected("a factor above 0 and at most 1", `${factor}`);
  return Object.freeze({
    name: "stepLR",
    options: Object.freeze({ every, factor }),
    factor: (step: number) => factor ** Math.floor(step / every),
  });
}

/**
 * Linear warm-up over the first `warmup` steps, then half a cosine down to zero at `steps`: a short run gets
 * further with it than with the paper's nearly constant learning rate.
 *
 * @example
 * const { factor } = cosine({ steps: 1000, warmup: 100 });
 * [factor(0), factor(100), factor(1000)]; // 1/101, 1, 0
 */
export function cosine(options: { readonly steps: number; readonly warmup?: number }): LearningRateSchedule {
  assertKnown(options, { steps: true, warmup: true }, "cosine");
  const { steps, warmup = 0 } = options;
  if (!(Number.isInteger(steps) && steps > 0)) throw expected("steps as a whole number above 0", `${steps}`);
  if (!(warmup >= 0 && warmup < steps))
    throw expected(`a warmup from 0 to below ${steps} steps`, `${warmup}`);
  return Object.freeze({
    name: "cosine",
    options: Object.freeze({ steps, warmup }),
    factor: (step: number) => {
      if (step < warmup) return (step + 1) / (warmup + 1);
      const part = Math.min(1, (step - warmup) / (steps - warmup));
      return (1 + Math.cos(Math.PI * part)) / 2;
    },
  });
}

/**
 * Linear warm-up over the first `warmup` steps, then the full rate, then a straight line down to zero over
 * the last `decay` steps before `steps` (Zhai et al., 2022; Hägele et al., 2024). In short runs a cosine
 * spends too many steps at low rates.
 *
 * @param options.decay Steps of the fall. Default: the last three tenths.
 *
 * @example
 * const { factor } = trapezoid({ steps: 1000, warmup: 100, decay: 200 });
 * [factor(0), factor(100), factor(800), factor(900), factor(1000)]; // 1/101, 1, 1, 0.5, 0
 */
export function trapezoid(options: {
  readonly steps: number;
  readonly warmup?: number;
  readonly decay?: number;
}): LearningRateSchedule {
  assertKnown(options, { steps: true, warmup: true, decay: true }, "trapezoid");
  const { steps, warmup = 0, decay = 0.3 * steps } = options;
  if (!(Number.isInteger(steps) && steps > 0)) throw expected("steps as a whole number above 0", `${steps}`);
  if (!(decay > 0 && decay <= steps))
    throw expected(`a decay above 0 and at most ${steps} steps`, `${decay}`);
  if (!(warmup >= 0 && warmup <= steps - decay)) {
    throw expected(`a warmup from 0 to ${steps - decay} steps, where the rate falls`, `${warmup}`);
  }
  return Object.freeze({
    name: "trapezoid",
    options: Object.freeze({ steps, warmup, decay }),
    factor: (step: number) => Math.min(1, (step + 1) / (warmup + 1), Math.max(0, (steps - step) / decay)),
  });
}
