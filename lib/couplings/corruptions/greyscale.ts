import { zeros } from "../../array";
import { expected } from "../../errors";
import { assertImages, type Corruption } from "./corruption";

/**
 * Removes the colour of images `[n, h, w, 3]`: all channels become the luma 0.299 R + 0.587 G + 0.114 B
 * (ITU-R BT.601).
 *
 * @example greyscale()(colourImages.x); // three equal channels
 */
export function greyscale(): Corruption {
  return (images) => {
    assertImages(images, "greyscale");
    if (images.shape[3] !== 3) throw expected("images of 3 channels for greyscale", `${images.shape[3]}`);
    const { data } = images;
    const out = zeros(images.shape, images);
    for (let p = 0; p < data.length; p += 3) {
      out.data.fill(0.299 * data[p] + 0.587 * data[p + 1] + 0.114 * data[p + 2], p, p + 3);
    }
    return out;
  };
}
