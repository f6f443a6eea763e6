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
import { attention } from "./layers/attention";
import { classEmbedding } from "./layers/class-embedding";
import { convolution } from "./layers/convolution";
import { dense } from "./layers/dense";
import { linearAttention } from "./layers/linear-attention";
import { channelsToPatches, patchesToChannels } from "./layers/patches";
import { residualBlock } from "./layers/residual-block";
import { silu } from "./layers/silu";
import { timeEmbedding } from "./layers/time-embedding";
import { upsample } from "./layers/upsample";
import { vectorEmbedding } from "./layers/vector-embedding";
import type { Network } from "./network";
import { mostLayers, wholeNumber } from "./options";

/** Options of {@link unet}. */
export interface UnetOptions {
  /** Channels of the images: 1 for grey, 3 for colour. */
  readonly channels: number;
  /** What the velocity is conditioned on: `coupling.condition`. */
  readonly condition?: ConditionSpec;
  /** Channels at full resolution, a multiple of `groups`. Default 32; the paper has 256. */
  readonly dim?: number;
  /**
   * Channels of each level in multiples of `dim`; each level but the last is followed by a halving of height
   * and width. Default [1, 2, 2]; the paper has [1, 1, 2, 3, 4].
   */
  readonly mults?: readonly number[];
  /** Residual blocks on each level, on the way down and on the way up. Default 2, as in the paper. */
  readonly blocksPerLevel?: number;
  /**
   * Where attention is used: on all `"levels"` (linear) and in the middle (full), as in the paper; in the
   * `"middle"` alone; or `"none"`. Default "levels".
   */
  readonly attention?: "levels" | "middle" | "none";
  /** Attention heads. Default 4, as in the paper. */
  readonly heads?: number;
  /** Width of a head. Default 32; the paper has 64. */
  readonly headWidth?: number;
  /** Groups of each GroupNorm. Default 8, as in the paper. */
  readonly groups?: number;
  /** Learned sinusoidal features of the time, an even number. Default 32, as in the paper. */
  readonly timeFeatures?: number;
  /** Size of the first convolution's kernel, odd. Default 7. */
  readonly stem?: number;
  /**
   * Height and width of the squares of pixels that become the channels of one place before the first
   * convolution, and pixels again after the last one: full resolution is then 1 / `patch` of the images'.
   * Default 1, as in the paper.
   */
  readonly patch?: number;
}

const known = {
  channels: true,
  condition: true,
  dim: true,
  mults: true,
  blocksPerLevel: true,
  attention: true,
  heads: true,
  headWidth: true,
  groups: true,
  timeFeatures: true,
  stem: true,
  patch: true,
} as const satisfies Record<keyof UnetOptions, true>;

/** The options of the paper's network (Appendix B), about 270 million parameters. */
export const paperUnet = Object.freeze({
  channels: 3,
  dim: 256,
  mults: Object.freeze([1, 1, 2, 3, 4]),
  headWidth: 64,
}) satisfies UnetOptions;

/**
 * What the small networks of the notebooks and of datasets/models have in common: three resolutions with one
 * block each, and attention at the lowest only. With `channels: 3, dim: 16, headWidth: 16` they have 0.44
 * million parameters.
 */
export const compactUnet = Object.freeze({
  mults: Object.freeze([1, 2, 4]),
  blocksPerLevel: 1,
  attention: "middle",
  stem: 3,
}) satisfies Partial<UnetOptions>;

/**
 * The paper's U-Net (Appendix B; Ho et al., 2020): (x_t, t, ξ) → `[n, h, w, channels]`. Each level has
 * residual blocks and linear attention, then a stride-2 convolution; the middle a residual block, full
 * attention and another block; the way up repeats pixels and concatenates the skip connections. Time, class
 * and embedding are embedded and concatenated, and set a scale and shift in each residual block. A mask `[n,
 * h, w, 1]` and an image `[n, h, w, k]` are appended to x_t as channels; with a mask, the output is zero on
 * known pixels. The last layer starts at zero, so training starts from the velocity 0 whatever the other
 * weights are.
 *
 * @example
 * const coupling = inpainting({ mask: tiles(), classes: 10 });
 * const network = unet({ channels: 1, dim: 16, mults: [1, 2], condition: coupling.condition });
 * parameterCount(network); // 277089
 * @throws if an option is out of its range; `check` and `apply` throw if x is not `[n, h, w, channels]`, h or
 * w is not divisible by 2^(levels − 1), or a mask or an image has another height and width.
 */
export function unet(options: UnetOptions): Network {
  assertKnown(options, known, "unet");
  const settings = settle(options);
  const { channels, condition, dim, groups, blocksPerLevel, stem, timeFeatures, patch } = settings;
  const widths = [dim, ...settings.mults.map((mult) => mult * dim)];
  const levels = settings.mults.length;
  const width = 4 * dim;
  const entries = entriesOf(condition, { channels, image: true });
  const embedding = (1 + (entries.classes ? 1 : 0) + entries.vectors.length) * width;
  const block = (from: number, to: number) => residualBlock({ from, to, embedding, groups });
  const repeat = <T>(make: () => T) => Array.from({ length: blocksPerLevel }, make);
  const heads = (size: number) => ({
    channels: size,
    heads: settings.heads,
    headWidth: settings.headWidth,
  });
  const levelAttention = (size: number) =>
    settings.attention === "levels" ? linearAttention(heads(size)) : undefined;

  const last = widths[levels];
  const layers = {
    stem: convolution({
      from: patch ** 2 * (channels + entries.channels),
      to: dim,
      size: stem,
    }),
    time: timeEmbedding({ features: timeFeatures, width }),
    classes: entries.classes && classEmbedding({ ...entries.classes, dim, width }),
    ...vectorLayers(entries, (from) => vectorEmbedding({ from, width })),
    down: Array.from({ length: levels }, (_, i) => ({
      blocks: repeat(() => block(widths[i], widths[i])),
      attention: levelAttention(widths[i]),
      out:
        i < levels - 1
          ? convolution({ from: widths[i], to: widths[i + 1], size: 4, stride: 2 })
          : convolution({ from: widths[i], to: widths[i + 1], size: 3 }),
    })),
    middle: {
      before: block(last, last),
      attention: settings.attention === "none" ? undefined : attention(heads(last)),
      after: block(last, last),
    },
    up: Array.from({ length: levels }, (_, k) => {
      const i = levels - 1 - k;
      return {
        blocks: repeat(() => block(widths[i + 1] + widths[i], widths[i + 1])),
        attention: levelAttention(widths[i + 1]),
        out:
          i > 0
            ? upsample({ from: widths[i + 1], to: widths[i] })
            : convolution({ from: widths[i + 1], to: widths[i], size: 3 }),
      };
    }),
    last: block(2 * dim, dim),
    out: dense({ from: dim, to: patch ** 2 * channels, zero: true }),
  };

  const check: Network["check"] & {} = (shape, xi = {}) => {
    assertImages(
      shape,
      { owner: "the U-Net", channels, divisor: patch * 2 ** (levels - 1) },
      { why: `for a U-Net of ${levels} levels`, advice: "Pad or resize the images, or pass fewer mults." },
    );
    assertAppended("the U-Net", entries, shape, xi);
  };
  return defineNetwork({
    name: "unet",
    options: settings,
    microbatch: 16, // hidden layers then fit into the processor's caches
    layers,
    check,
    apply: (at, input) => {
      check(input.x.shape, appendedShapes(input, entries));
      const known = [at.time(input.t), ...embeddedParts(at, entries, input)];
      const e = silu(known.length === 1 ? known[0] : tf.concat(known, 1));

      let x = at.stem(patchesToChannels(joinCondition(input, entries), patch));
      const first = x;
      const skips: tf.Tensor[] = [];
      for (const level of at.down) {
        level.blocks.forEach((block, k) => {
          x = block(x, e);
          if (k === blocksPerLevel - 1 && level.attention) x = level.attention(x);
          skips.push(x);
        });
        x = level.out(x);
      }
      x = at.middle.before(x, e);
      if (at.middle.attention) x = at.middle.attention(x);
      x = at.middle.after(x, e);
      for (const level of at.up) {
        for (const block of level.blocks) x = block(tf.concat([x, skips.pop() as tf.Tensor], 3), e);
        if (level.attention) x = level.attention(x);
        x = level.out(x);
      }
      x = at.last(tf.concat([x, first], 3), e);
      return channelsToPatches(at.out(x), patch);
    },
  });
}

function settle(options: UnetOptions) {
  const mults = [...(options.mults ?? [1, 2, 2])];
  if (mults.length === 0 || mults.length > 16) throw expected("1 to 16 levels in mults", `${mults.length}`);
  const place = options.attention ?? "levels";
  if (!["levels", "middle", "none"].includes(place)) {
    throw expected('attention as "levels", "middle" or "none"', `"${place}"`);
  }
  const stem = wholeNumber("stem", options.stem ?? 7);
  if (stem % 2 === 0) throw expected("stem as an odd kernel size", `${stem}`);
  return Object.freeze({
    channels: wholeNumber("channels", options.channels),
    condition: frozenCondition(options.condition),
    dim: wholeNumber("dim", options.dim ?? 32),
    mults: Object.freeze(mults.map((mult, i) => wholeNumber(`mults[${i}]`, mult))),
    blocksPerLevel: wholeNumber("blocksPerLevel", options.blocksPerLevel ?? 2, 1, mostLayers),
    attention: place,
    heads: wholeNumber("heads", options.heads ?? 4),
    headWidth: wholeNumber("headWidth", options.headWidth ?? 32),
    groups: wholeNumber("groups", options.groups ?? 8),
    timeFeatures: wholeNumber("timeFeatures", options.timeFeatures ?? 32, 0),
    stem,
    patch: wholeNumber("patch", options.patch ?? 1),
  });
}
