import { squaredDistance } from "../../statistics/squared-distance";
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
  const [n] = x.shape;
  const found = Float64Array.from({ length: n }, (_, i) => {
    const own = squaredDistance(x, i, truth, i);
    for (let j = 0; j < n; j++) if (j !== i && squaredDistance(x, i, truth, j) <= own) return 0;
    return 1;
  });
  return meanOverImages(found);
}
