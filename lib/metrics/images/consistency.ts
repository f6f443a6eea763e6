import { assertShape, type NdArray, sampleSize } from "../../array";
import { expected } from "../../errors";
import type { Scores } from "../scores";
import { assertFinitePixels, meanOverImages } from "./image-pairs";

/**
 * Whether restored images are restorations of what was given: the mean squared error per value between their
 * own degradation and the given one, averaged over images; 0 where they agree. In super-resolution, of the
 * images shrunk again, D(x), against the given low resolution; a large error means that the model changed
 * what it was told.
 *
 * @example
 * const down = averagePool({ factor: 2 });
 * const low = down(images.x);
 * consistency({ x: nearestUp({ factor: 2 })(low), given: low, degrade: down }).value; // 0
 * @throws when the degraded images are not of the given ones' shape, a pixel isn't finite, or there are none.
 */
export function consistency({
  x,
  given,
  degrade,
}: {
  readonly x: NdArray;
  readonly given: NdArray;
  readonly degrade: (images: NdArray) => NdArray;
}): Scores {
  if (x.data.length === 0) throw expected("one image or more", "none");
  assertFinitePixels({ x, given });
  const degraded = degrade(x);
  assertShape(given, degraded.shape, "the given images, like the degraded ones,");
  assertFinitePixels({ "the degraded x": degraded });
  const size = sampleSize(given);
  const errors = new Float64Array(given.shape[0]);
  for (let e = 0; e < given.data.length; e++) {
    errors[Math.floor(e / size)] += (degraded.data[e] - given.data[e]) ** 2 / size;
  }
  return meanOverImages(errors);
}
