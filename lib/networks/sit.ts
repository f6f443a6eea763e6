import * as tf from "@tensorflow/tfjs-core";
import type { ConditionSpec } from "../conditions/part";
import { frozenCondition } from "../conditions/parts";
import { assertKnown, expected } from "../errors";
import {
  appendedShapes,
  assertAppended,
  embeddedParts,
  entriesOf,
  joinCondition,
  vectorLayers,
} from "./conditioned";
import { assertImages, defineNetwork } from "./define-network";
import { classTable } from "./layers/class-embedding";
import { dense } from "./layers/dense";
import { layerNorm } from "./layers/layer-norm";
import { fromPatches, toPatches } from "./layers/patches";
import { gridPositions } from "./layers/positions";
import { silu } from "./layers/silu";
import { timeEmbedding } from "./layers/time-embedding";
import { transformerBlock } from "./layers/transformer-block";
import { vectorEmbedding } from "./layers/vector-embedding";
import type { Network } from "./network";
import { mostLayers, wholeNumber } from "./options";

/** Options of {@link sit}. */
export interface SitOptions {
  /** Channels of the images: 1 for grey, 3 for colour. */
  readonly channels: number;
  /** What the velocity is conditioned on: `coupling.condition`. */
  readonly condition?: ConditionSpec;
  /** Height and width of a patch in pixels. The cost of attention falls with its fourth power. Default 4. */
  readonly patch?: number;
  /** Width of a token, divisible by 4 and by `heads`. Default 192. */
  readonly width?: number;
  /** Number of blocks. Default 6. */
  readonly depth?: number;
  /** Attention heads. Default 3. */
  readonly heads?: number;
  /** Width of the hidden dense layer of a block, in multiples of `width`. Default 4. */
  readonly expansion?: number;
  /** Learned sinusoidal features of the time, an even number. Default 32. */
  readonly timeFeatures?: number;
}

const known = {
  channels: true,
  condition: true,
  patch: true,
  width: true,
  depth: true,
  heads: true,
  expansion: true,
  timeFeatures: true,
} as const satisfies Record<keyof SitOptions, true>;

/**
 * A transformer over patches of images, as in SiT (Ma et al., 2024) and DiT (Peebles and Xie, 2023): (x_t, t,
 * ξ) → `[n, h, w, channels]`. Each patch becomes a token, with a fixed vector for its position added; the sum
 * of the embeddings of time, class and vector sets the norms and gates of every block (adaLN-zero) and the
 * last norm; a dense layer turns each token into pixels. A mask `[n, h, w, 1]` and an image `[n, h, w, k]`
 * are appended to x_t as channels; with a mask, the output is zero on known pixels. All blocks start as the
 * identity and the last layer at zero, so training starts from the velocity 0. One network takes any height
 * and width divisible by `patch`.
 *
 * @example
 * const coupling = independent({ classes: 10 });
 * const network = sit({ channels: 3, patch: 4, width: 96, depth: 4, condition: coupling.condition });
 * @throws if an option is out of its range; `check` and `apply` throw if x is not `[n, h, w, channels]`,
 * `patch` doesn't divide h and w, or a mask or an image has another height and width.
 */
export function sit(options: SitOptions): Network {
  assertKnown(options, known, "sit");
  const settings = settle(options);
  const { channels, condition, patch, width, depth, heads, expansion, timeFeatures } = settings;
  const entries = entriesOf(condition, { channels, image: true });
  const shown = channels + entries.channels;
  const layers = {
    patches: dense({ from: patch ** 2 * shown, to: width }),
    time: timeEmbedding({ features: timeFeatures, width }),
    classes: entries.classes && classTable({ ...entries.classes, width }),
    ...vectorLayers(entries, (from) => vectorEmbedding({ from, width })),
    blocks: Array.from({ length: depth }, () => transformerBlock({ width, heads, expansion })),
    last: dense({ from: width, to: 2 * width, zero: true }),
    out: dense({ from: width, to: patch ** 2 * channels, zero: true }),
  };

  const check: Network["check"] & {} = (shape, xi = {}) => {
    assertImages(
      shape,
      { owner: "the transformer", channels, divisor: patch },
      { why: "the size of a patch", advice: "Pad or resize the images, or choose another patch." },
    );
    assertAppended("the transformer", entries, shape, xi);
  };
  return defineNetwork({
    name: "sit",
    options: settings,
    microbatch: 16, // hidden layers then fit into the processor's caches
    layers,
    check,
    apply: (at, input) => {
      check(input.x.shape, appendedShapes(input, entries));
      const [, h, w] = input.x.shape;
      let known = at.time(input.t);
      for (const embedded of embeddedParts(at, entries, input)) known = tf.add(known, embedded);
      const e = silu(known);

      const places = gridPositions(h / patch, w / patch, width);
      let tokens = at.patches(toPatches(joinCondition(input, entries), patch));
      tokens = tf.add(tokens, tf.tensor(places.data, [1, ...places.shape]));
      for (const block of at.blocks) tokens = block(tokens, e);
      const [shift, scale] = tf.split(at.last(e), 2, 1);
      const out = at.out(layerNorm(tokens, { scale, shift }));
      return fromPatches(out, { size: patch, h, w });
    },
  });
}

function settle(options: SitOptions) {
  const width = wholeNumber("width", options.width ?? 192);
  const heads = wholeNumber("heads", options.heads ?? 3);
  if (width % 4 !== 0 || width % heads !== 0) {
    throw expected(`a width divisible by 4 and by the ${heads} heads`, `${width}`, "Change width or heads.");
  }
  return Object.freeze({
    channels: wholeNumber("channels", options.channels),
    condition: frozenCondition(options.condition),
    patch: wholeNumber("patch", options.patch ?? 4),
    width,
    depth: wholeNumber("depth", options.depth ?? 6, 1, mostLayers),
    heads,
    expansion: wholeNumber("expansion", options.expansion ?? 4),
    timeFeatures: wholeNumber("timeFeatures", options.timeFeatures ?? 32, 0),
  });
}
