import { assertKnown, expected } from "../../errors";
import { type Corruption, separable } from "./corruption";

/**
 * Blurs images with a Gaussian of standard deviation `width`, in pixels, cut off at four standard deviations.
 * The image is mirrored at its borders (…b a | a b…), so that no brightness is lost there.
 */
export function gaussianBlur(options: { readonly width: number }): Corruption {
  assertKnown(options, { width: true }, "gaussianBlur");
  const { width } = options;
  if (!(width > 0 && width < Number.POSITIVE_INFINITY)) {
    throw expected("a blur width (standard deviation in pixels) above 0", `${width}`);
  }
  const reach = Math.ceil(4 * width);
  const raw = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * width ** 2)),
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  return separable("a Gaussian blur", (length) =>
    Array.from({ length }, (_, i) => ({
      from: weights.map((_, k) => mirrored(i + k - reach, length)),
      weights,
    })),
  );
}

function mirrored(i: number, length: number): number {
  const period = 2 * length;
  const at = ((i % period) + period) % period;
  return at < length ? at : period - 1 - at;
}
