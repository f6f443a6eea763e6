import { assertKnown, expected } from "../../errors";
import { cutBox, type MaskSampler, makeMask } from "./mask";

/** A centred hole whose sides are `fraction` times the image's, rounded to whole pixels, at least one. */
export function centre(options: { readonly fraction?: number } = {}): MaskSampler {
  assertKnown(options, { fraction: true }, "centre");
  const { fraction = 0.5 } = options;
  if (!(fraction > 0 && fraction <= 1)) {
    throw expected("a fraction of the side above 0, at most 1", `${fraction}`);
  }
  return makeMask(`centre ${fraction}`, (keep, { h, w }) => {
    const height = Math.max(1, Math.round(h * fraction));
    const width = Math.max(1, Math.round(w * fraction));
    const top = (h - height) >> 1;
    const left = (w - width) >> 1;
    cutBox(keep, w, { top, bottom: top + height, left, right: left + width });
  });
}
