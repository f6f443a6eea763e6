import { sampleSize } from "../../array";
import type { Scores } from "../scores";
import { assertImagePairs, type ImagePairs, meanOverImages } from "./image-pairs";

/**
 * Whether the true image of each pair is the one that is nearest of all true images, by mean squared error: 1
 * or 0 for each image. Chance is one over their number. Time grows as n².
 *
 * @example foundAgain({ x: images.x, truth: images.x }).value; // 1
 * @throws when shapes differ, there is no image, or a pixel isn't finite.
 */
export function foundAgain({ x, truth }: ImagePairs): Scores {
  assertImagePairs({ x, truth });
  const [n, size] = [x.shape[0], sampleSize(x)];
  const distance = (i: number, j: number) => {
    let sum = 0;
    for (let e = 0; e < size; e++) sum += (x.data[i * size + e] - truth.data[j * size + e]) ** 2;
    return sum;
  };
  const found = Float64Array.from({ length: n }, (_, i) => {
    const own = distance(i, i);
    for (let j = 0; j < n; j++) if (j !== i && distance(i, j) <= own) return 0;
    return 1;
  });
  return meanOverImages(found);
}
