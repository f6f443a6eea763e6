import { columns, type ImputationCoupling, imputation } from "../../couplings";
import type { Samples } from "../../data";
import type { NetworkWithParameters } from "../../fields";
import { mlp, type Network } from "../../networks";
import { adam, cosine, type RunOptions, type Trained, train } from "../../training";
import { modelInterpolant } from "./velocity";

/** Options of `trainTable`. */
export interface OwnTableOptions {
  /** Rows `[n, d]`, with a mask of known cells where some are missing, as of `table`. */
  readonly data: Samples;
  /** The coordinates of each column: those of a table, `data.spans`. */
  readonly spans: readonly (readonly [number, number])[];
  /** Units in each of three hidden layers. Default 128. */
  readonly width?: number;
  /** Training steps. */
  readonly steps: number;
  /** Rows in each step. Default 256. */
  readonly batch?: number;
  /** The highest learning rate of Adam, from which it falls along a cosine. Default 0.003. */
  readonly learningRate?: number;
  /** Of all randomness in the training. Default 0. */
  readonly seed?: number;
}

/**
 * The coupling of a table's model: any columns are hidden, and drawn given the others.
 *
 * @example tableCoupling([[0, 1], [1, 2]]).draw(data, rng(0)).xi.keep; // 1 where a value is known
 */
export function tableCoupling(spans: OwnTableOptions["spans"]): ImputationCoupling {
  return imputation({ mask: columns({ spans }), dim: spans[spans.length - 1][1] });
}

/**
 * The network of a table's model.
 *
 * @example tableNetwork({ spans: [[0, 1], [1, 4]], width: 32 }).options.dim; // 4
 */
export function tableNetwork({ spans, width = 128 }: Pick<OwnTableOptions, "spans" | "width">): Network {
  const { condition } = tableCoupling(spans);
  return mlp({ dim: spans[spans.length - 1][1], width, condition });
}

/**
 * Trains a model of a table of one's own that fills any cells from any others, and so draws whole rows, too.
 *
 * @example
 * const options = { data, spans: [[0, 1], [1, 2]] as const, width: 32, steps: 20 };
 * const model = await trainTable(options);
 * const gaps = tableCoupling(options.spans).impute({ x: data.x, keep: zeros([256, 2]) }, rng(0));
 * const { x } = await solveOde(networkField(model), atBase(gaps), { method: euler({ steps: 5 }) });
 * @throws as `train` does.
 */
export function trainTable(
  options: OwnTableOptions,
  run: Partial<RunOptions> = {},
): Promise<NetworkWithParameters & Pick<Trained, "losses" | "secondsPerStep">> {
  const { data, spans, width = 128, batch = 256, learningRate = 3e-3, seed = 0 } = options;
  const { steps = options.steps } = run;
  const coupling = tableCoupling(spans);
  return train({
    data,
    coupling,
    interpolant: modelInterpolant,
    network: tableNetwork({ spans, width }),
    optimizer: adam({ learningRate, schedule: cosine({ steps, warmup: Math.min(50, steps / 4) }) }),
    ema: 0.995,
    batch,
    seed,
    ...run,
    steps,
  });
}
