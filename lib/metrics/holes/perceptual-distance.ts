import { type NdArray, sampleSize, sliceRows } from "../../array";
import { expected } from "../../errors";
import type { Rng } from "../../random";
import type { FeatureNetwork } from "../features/feature-network";
import { type FilledHoles, type HoleMeasure, holesOf, meanWithInterval } from "./holes";

export interface PerceptualDistanceOptions extends FilledHoles {
  /** A network with `activations`, such as those of `featureNetwork`. */
  readonly network: Pick<FeatureNetwork, "name" | "activations">;
  /** Draws the resamples of the interval. */
  readonly rng: Rng;
}

/** Images per call of the network, whose first activations are large. */
const CHUNK = 64;

/**
 * How different the filled holes look from the true ones to a network, image by image: at each position of
 * each stage, the squared distance of the two vectors of activations, both scaled to length 1; averaged over
 * the positions in the hole, then over the stages. As in LPIPS (Zhang et al., 2018), but without its weights,
 * which people's judgements gave, and in the hole alone: a position counts by the share of its pixels that
 * are missing. It asks for the one true image, so a plausible other filling counts as different.
 *
 * @example
 * const truth = (await mnist({ limit: { train: 1, test: 12 } })).test.x;
 * const x = gaussianBlur({ width: 1 })(truth); // in place of filled images
 * const network = await featureNetwork("mnist");
 * const keep = nothingKnown(x);
 * (await perceptualDistance({ x, truth, keep, network, rng: rng(0) })).value;
 * @throws when the network has no `activations`, shapes differ, a pixel isn't finite, or fewer than two
 * images have a hole.
 */
export async function perceptualDistance(options: PerceptualDistanceOptions): Promise<HoleMeasure> {
  const { network, rng, ...filled } = options;
  if (!network.activations) {
    throw expected(
      "a network with activations",
      `${network.name}, which has none`,
      'Take one by featureNetwork: "mnist", "fashion" or "emoji".',
    );
  }
  const holes = holesOf(filled);
  const sums = new Float64Array(holes.n);
  for (let start = 0; start < holes.n; start += CHUNK) {
    const chunk = (images: NdArray) => sliceRows(images, start, start + CHUNK);
    const ours = await network.activations(chunk(filled.x));
    const theirs = await network.activations(chunk(filled.truth));
    for (const [stage, map] of ours.entries()) {
      for (let i = 0; i < map.shape[0]; i++) {
        const missing = coarse(holes.of(start + i), holes, map.shape);
        sums[start + i] += meanDistance(map, theirs[stage], i, missing) / ours.length;
      }
    }
  }
  const found = Float64Array.from(holes.images, (row) => sums[row]);
  return Object.freeze({
    name: `perceptual distance in the hole (${network.name})`,
    better: "lower",
    ...meanWithInterval(found, rng),
    values: found,
  });
}

/** For each position of a map of `shape`, the share of its pixels that are in the hole. */
function coarse(
  hole: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
  [, rows, columns]: readonly number[],
): Float64Array {
  const out = new Float64Array(rows * columns);
  const [tall, wide] = [height / rows, width / columns];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const position = Math.floor(y / tall) * columns + Math.floor(x / wide);
      out[position] += hole[y * width + x] / (tall * wide);
    }
  }
  return out;
}

/** The distance of image `i`'s unit vectors in two maps, averaged over positions with these weights. */
function meanDistance(a: NdArray, b: NdArray, i: number, weights: Float64Array): number {
  const channels = a.shape[3];
  let [sum, total] = [0, 0];
  for (let position = 0; position < weights.length; position++) {
    if (weights[position] === 0) continue;
    const from = i * sampleSize(a) + position * channels;
    const [scaleA, scaleB] = [a, b].map(({ data }) => inverseLength(data, from, channels));
    let squared = 0;
    for (let e = from; e < from + channels; e++) squared += (scaleA * a.data[e] - scaleB * b.data[e]) ** 2;
    sum += weights[position] * squared;
    total += weights[position];
  }
  return total > 0 ? sum / total : 0;
}

/** 1 / |v| of a vector in `data`; 0 for one of zeros, which stays one. */
function inverseLength(data: ArrayLike<number>, from: number, channels: number): number {
  let squares = 0;
  for (let e = from; e < from + channels; e++) squares += data[e] ** 2;
  return squares > 0 ? 1 / Math.sqrt(squares) : 0;
}
