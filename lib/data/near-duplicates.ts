import { concatRows, type NdArray, sampleSize, sliceRows } from "../array";
import { expected } from "../errors";
import { areaTaps, filterAxis } from "./resample";

const [COARSE, COARSEST] = [16, 4];

/** Images that are averaged at once. */
const PART = 1024;

/**
 * For each image whether one of the others is within a mean squared error of it, pixels in [-1, 1]. Images
 * are compared after averaging their pixels to 16×16, so that the answer hardly depends on their size.
 * @param images `[n, h, w, c]`, like the others
 * @throws when shapes differ, or `within` isn't above 0.
 */
export function nearDuplicates(
  images: NdArray,
  others: NdArray,
  { within }: { readonly within: number },
): readonly boolean[] {
  if (!(within > 0)) throw expected("a mean squared error above 0", `${within}`);
  if (images.shape.slice(1).join() !== others.shape.slice(1).join()) {
    throw expected(
      `images of shape [${images.shape.slice(1).join(", ")}]`,
      `[${others.shape.slice(1).join(", ")}]`,
    );
  }
  const [a, b] = [averaged(images, COARSE), averaged(others, COARSE)];
  // The error of averages is at most that of what they average: nearly all pairs are told apart by it.
  const [roughA, roughB] = [averaged(a, COARSEST), averaged(b, COARSEST)];
  return Array.from({ length: images.shape[0] }, (_, i) => {
    const rough = isNear(roughA, i, roughB, within);
    const fine = isNear(a, i, b, within);
    for (let j = 0; j < others.shape[0]; j++) if (rough(j) && fine(j)) return true;
    return false;
  });
}

/**
 * For each image whether an earlier one is within a mean squared error of it, compared as by
 * `nearDuplicates`.
 * @param images `[n, h, w, c]`
 */
export function repeats(images: NdArray, { within }: { readonly within: number }): readonly boolean[] {
  const fine = averaged(images, COARSE);
  const rough = averaged(fine, COARSEST);
  return Array.from({ length: images.shape[0] }, (_, i) => {
    const [roughly, finely] = [isNear(rough, i, rough, within), isNear(fine, i, fine, within)];
    for (let j = 0; j < i; j++) if (roughly(j) && finely(j)) return true;
    return false;
  });
}

/** Whether sample i of a and sample j of b are within a mean squared error. */
function isNear(a: NdArray, i: number, { data }: NdArray, within: number): (j: number) => boolean {
  const size = sampleSize(a);
  const image = a.data.slice(i * size, (i + 1) * size);
  const most = within * size;
  return (j) => {
    let sum = 0;
    for (let k = 0, at = j * size; k < size && sum <= most; k++, at++) {
      const difference = image[k] - data[at];
      sum += difference * difference;
    }
    return sum <= most;
  };
}

/** Images averaged to side × side, or as they are where they have fewer pixels; a part at a time. */
function averaged(images: NdArray, side: number): NdArray {
  const [n] = images.shape;
  if (n <= PART && !images.read) return shrunk(images, side);
  return concatRows(
    Array.from({ length: Math.max(1, Math.ceil(n / PART)) }, (_, k) =>
      shrunk(sliceRows(images, k * PART, (k + 1) * PART), side),
    ),
  );
}

function shrunk(images: NdArray, side: number): NdArray {
  const [, height, width] = images.shape;
  const tall = filterAxis(images, 1, areaTaps(Math.min(side, height))(height));
  return filterAxis(tall, 2, areaTaps(Math.min(side, width))(width));
}
