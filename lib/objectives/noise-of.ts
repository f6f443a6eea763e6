import type { NdArray } from "../array";
import type { Pairs } from "../couplings/coupling";
import { expected } from "../errors";

/** The noise ζ of the base that was drawn. @throws where the coupling doesn't say what it was. */
export function noiseOf({ zeta }: Pairs, purpose: string): NdArray {
  if (zeta) return zeta;
  throw expected(
    `a coupling whose base is x0 = m + σζ and whose draws carry ζ for ${purpose}`,
    "one whose draws don't",
    "Use dataDependent(), inpainting() or independent(), or return zeta and sigma from your coupling's draw.",
  );
}
