import { expected } from "../../errors";
import { cutBox, type MaskSampler, makeMask } from "./mask";

/** A centred hole whose sides are `fraction` times the image's, rounded to whole pixels. */
export function centre({ fraction = 0.5 }: { readonly fraction?: number } = {}): MaskSampler {
  if (!(fraction > 0 && fraction <= 1)) {
    throw expected("a fraction of the side above 0, at most 1", `${fraction}`);
  }
  return makeMask(`centre ${fraction}`, (keep, { h, w }) => {
    const height = Math.round(h * fraction);
    const width = Math.round(w * fraction);
    const top = (h - height) >> 1;
    const left = (w - width) >> 1;
    cutBox(keep, w, { top, bottom: top + height, left, right: left + width });
  });
}
