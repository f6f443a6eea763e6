import { meanOf } from "../../statistics/mean";
import { quantileOfSorted } from "../../statistics/quantile";
import { VISIBLE } from "./holes";
import { beyondNeighbours, forEachNeighbourhood, type Plane } from "./neighbourhood";

/**
 * What the texture of one image is like inside a hole and outside of it, in numbers for a classifier. Maps of
 * the image are summarised by their means and quantiles: how far each pixel lies outside its neighbours'
 * range and from their median, local standard deviation, Laplacian, differences of neighbours, of all and of
 * those across the hole's edge, all less what can't be seen and in logarithms; inside the hole, the distance
 * to the nearest colour among known pixels; brightness and saturation. Nothing is learned.
 */
export function textureStatistics(plane: Plane, hole: Uint8Array): Float64Array {
  const rough = [
    beyondNeighbours(plane),
    ...roughness(plane),
    steps(plane, () => true),
    steps(plane, (p, q) => hole[p] !== hole[q]),
  ];
  const [inside, outside] = [1, 0].map(
    (value) => (map: Float64Array) => map.filter((_, pixel) => hole[pixel] === value),
  );
  return Float64Array.from([
    ...rough
      .map((map) => map.map(visible))
      .flatMap((map) => [...summary(inside(map)).map(log), ...summary(outside(map)).map(log)]),
    ...summary(foreignness(plane, hole).map(visible)).map(log),
    ...shades(plane).flatMap((map) => [...summary(inside(map)), ...summary(outside(map))]),
  ]);
}

/** Differences too small to be seen count as none. */
const visible = (difference: number) => Math.max(0, difference - VISIBLE);

const log = (value: number) => Math.log(value + VISIBLE / 10);

const LEVELS = [0.5, 0.9, 0.98, 1];

/** The mean and quantiles of values; zeros for none, as outside of a hole that covers the image. */
function summary(values: Float64Array): number[] {
  if (values.length === 0) return Array(LEVELS.length + 1).fill(0);
  const sorted = Float64Array.from(values).sort();
  return [meanOf(values), ...LEVELS.map((level) => quantileOfSorted(sorted, level))];
}

/** Three maps: the distance to the median of the neighbours, local standard deviation, and Laplacian. */
function roughness(plane: Plane): Float64Array[] {
  const maps = [0, 1, 2].map(() => new Float64Array(plane.height * plane.width));
  const [fromMedian, deviation, laplacian] = maps;
  forEachNeighbourhood(plane, (e, around, count) => {
    const [pixel, value] = [Math.floor(e / plane.channels), plane.data[e]];
    let [sum, squares] = [0, 0];
    for (let k = 0; k < count; k++) {
      sum += around[k] - value;
      squares += (around[k] - value) ** 2;
    }
    const mean = sum / (count + 1);
    deviation[pixel] += Math.sqrt(Math.max(0, squares / (count + 1) - mean ** 2)) / plane.channels;
    laplacian[pixel] += Math.abs(sum / count) / plane.channels;
    const sorted = around.subarray(0, count).sort();
    const median = (sorted[(count - 1) >> 1] + sorted[count >> 1]) / 2;
    fromMedian[pixel] += Math.abs(value - median) / plane.channels;
  });
  return maps;
}

/** For each pixel, the mean difference from those of its 4 neighbours that count; 0 where none does. */
function steps(
  { data, height, width, channels }: Plane,
  counts: (pixel: number, neighbour: number) => boolean,
): Float64Array {
  const [sums, pairs] = [new Float64Array(height * width), new Float64Array(height * width)];
  const pair = (p: number, q: number) => {
    if (!counts(p, q)) return;
    let difference = 0;
    for (let c = 0; c < channels; c++) {
      difference += Math.abs(data[p * channels + c] - data[q * channels + c]) / channels;
    }
    for (const pixel of [p, q]) {
      sums[pixel] += difference;
      pairs[pixel]++;
    }
  };
  for (let p = 0; p < height * width; p++) {
    if (p % width < width - 1) pair(p, p + 1);
    if (p < (height - 1) * width) pair(p, p + width);
  }
  return sums.map((sum, pixel) => (pairs[pixel] > 0 ? sum / pairs[pixel] : 0));
}

/** For each pixel in the hole, the distance of its colour to the nearest among the known pixels'. */
function foreignness({ data, channels }: Plane, hole: Uint8Array): Float64Array {
  const inside: number[] = [];
  const colours = new Map<number, number>();
  hole.forEach((value, pixel) => {
    if (value === 1) inside.push(pixel);
    else {
      // One pixel stands for all that can't be told from it.
      let colour = 0;
      for (let c = 0; c < channels; c++) colour = 256 * colour + Math.round(64 * data[pixel * channels + c]);
      colours.set(colour, pixel);
    }
  });
  const known = [...colours.values()];
  if (known.length === 0) return new Float64Array(inside.length);
  return Float64Array.from(inside, (p) => {
    let least = Number.POSITIVE_INFINITY;
    for (const q of known) {
      let squared = 0;
      for (let c = 0; c < channels; c++) squared += (data[p * channels + c] - data[q * channels + c]) ** 2;
      least = Math.min(least, squared);
    }
    return Math.sqrt(least);
  });
}

/** Brightness and saturation, which is 0 for images of one channel. */
function shades({ data, height, width, channels }: Plane): Float64Array[] {
  const [brightness, saturation] = [0, 1].map(() => new Float64Array(height * width));
  for (let pixel = 0; pixel < height * width; pixel++) {
    let [sum, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let e = pixel * channels; e < (pixel + 1) * channels; e++) {
      sum += data[e];
      least = Math.min(least, data[e]);
      most = Math.max(most, data[e]);
    }
    brightness[pixel] = sum / channels;
    saturation[pixel] = most - least;
  }
  return [brightness, saturation];
}
