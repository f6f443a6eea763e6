import * as tf from "@tensorflow/tfjs-core";
import type { ConditionSpec } from "../conditions/part";
import { frozenCondition } from "../conditions/parts";
import { assertKnown, expected } from "../errors";
import { appendedShapes, assertAppended, entriesOf, joinCondition, partOf } from "./conditioned";
import { defineNetwork } from "./define-network";
import { classTable } from "./layers/class-embedding";
import { dense } from "./layers/dense";
import { silu } from "./layers/silu";
import { sinusoidal } from "./layers/time-embedding";
import type { Network } from "./network";
import { mostLayers, wholeNumber } from "./options";

/** Options of {@link mlp}. */
export interface MlpOptions {
  /** Dimension d of the points. */
  readonly dim: number;
  /** Units in each hidden layer. Default 256. */
  readonly width?: number;
  /** Number of hidden layers. Default 3. */
  readonly depth?: number;
  /**
   * Learned sinusoidal features of the time besides t itself, an even number. Default 0: t alone, which is
   * enough for nearly straight paths.
   */
  readonly timeFeatures?: number;
  /** What the velocity is conditioned on: `coupling.condition`. */
  readonly condition?: ConditionSpec;
}

const known = {
  dim: true,
  width: true,
  depth: true,
  timeFeatures: true,
  condition: true,
} as const satisfies Record<keyof MlpOptions, true>;

/**
 * A multilayer perceptron for points `[n, d]`: (x_t, t, ξ) → `[n, d]`, with SiLU between dense layers. The
 * class enters the first layer as a learned vector; a mask `[n, d]`, image or embedding `[n, k]` is appended
 * to x_t.
 *
 * @example
 * const coupling = independent({ classes: 2 });
 * const network = mlp({ dim: 2, width: 128, condition: coupling.condition });
 * @throws if an option isn't a whole number in its range; `check` and `apply` throw if x is not
 * `[n, dim]`, or a mask or an image has another width.
 */
export function mlp(options: MlpOptions): Network {
  assertKnown(options, known, "mlp");
  const dim = wholeNumber("dim", options.dim);
  const width = wholeNumber("width", options.width ?? 256);
  const depth = wholeNumber("depth", options.depth ?? 3, 1, mostLayers);
  const timeFeatures = wholeNumber("timeFeatures", options.timeFeatures ?? 0, 0);
  const condition = frozenCondition(options.condition);

  const entries = entriesOf(condition, { channels: dim, image: false });
  const vectors = entries.vectors.reduce((sum, { width }) => sum + width, 0);
  const from = dim + entries.channels + vectors + timeFeatures + 1;
  const layers = {
    waves: sinusoidal({ features: timeFeatures }),
    classes: entries.classes && classTable({ ...entries.classes, width }),
    hidden: Array.from({ length: depth }, (_, i) => dense({ from: i === 0 ? from : width, to: width })),
    out: dense({ from: width, to: dim, zero: true }),
  };

  const check: Network["check"] & {} = (shape, xi = {}) => {
    if (shape.length !== 2 || shape[1] !== dim) {
      throw expected(`points of shape [any, ${dim}] for the MLP`, `shape [${shape.join(", ")}]`);
    }
    assertAppended("the MLP", entries, shape, xi);
  };
  return defineNetwork({
    name: "mlp",
    options: { dim, width, depth, timeFeatures, condition },
    layers,
    check,
    apply: (at, input) => {
      check(input.x.shape, appendedShapes(input, entries));
      const vectors = entries.vectors.map(({ name }) => partOf(input, name));
      let hidden = tf.concat([joinCondition(input, entries), at.waves(input.t), ...vectors], 1);
      for (let i = 0; i < depth; i++) {
        hidden = at.hidden[i](hidden);
        if (i === 0 && at.classes && entries.classes) {
          hidden = tf.add(hidden, at.classes(partOf(input, entries.classes.name)));
        }
        hidden = silu(hidden);
      }
      return at.out(hidden);
    },
  });
}
