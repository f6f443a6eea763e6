import { type NdArray, sampleSize } from "../array";
import { expected } from "../errors";
import { filterAxis, meanTaps } from "./resample";

const [COARSE, COARSEST] = [16, 4];

/**
 * For each image whether one of the others is within a mean squared error of it, pixels in [-1, 1]. Images
 * are compared after averaging squares of pixels to 16×16, so that the answer hardly depends on their size.
 * @param images `[n, size, size, c]`, like the others; 16 must divide the size.
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
 * @param images `[n, size, size, c]`; 16 must divide the size.
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

/** Images shrunk to side × side by averaging squares of pixels. */
function averaged(images: NdArray, side: number): NdArray {
  const [, height, width] = images.shape;
  if (height % side !== 0 || width % side !== 0) {
    throw expected(`images whose sides are multiples of ${side}`, `${height}×${width}`);
  }
  return filterAxis(filterAxis(images, 1, meanTaps(height / side)(height)), 2, meanTaps(width / side)(width));
}
