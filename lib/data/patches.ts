/** A colour picture: bytes `[height, width, 3]`. */
export interface Picture {
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** Red, green and blue from 0 to 255, row by row from the top. */
  readonly rgb: Uint8Array;
}

/** The mean of squares of factor × factor pixels; what is left over at the right and below is cut off. */
export function shrunk({ width, height, rgb }: Picture, factor: number): Picture {
  const [wide, tall] = [Math.floor(width / factor), Math.floor(height / factor)];
  const sums = new Uint32Array(wide * tall * 3);
  for (let y = 0; y < tall * factor; y++) {
    const row = Math.floor(y / factor) * wide;
    for (let x = 0; x < wide * factor; x++) {
      const [from, to] = [(y * width + x) * 3, (row + Math.floor(x / factor)) * 3];
      for (let c = 0; c < 3; c++) sums[to + c] += rgb[from + c];
    }
  }
  return { width: wide, height: tall, rgb: Uint8Array.from(sums, (sum) => Math.round(sum / factor ** 2)) };
}

/**
 * Squares of a picture, each side × side pixels after averaging scale × scale to one: a grid from its upper
 * left corner, one every `side` pixels of the picture, so that squares overlap where the scale is above 1.
 * The scale must divide the side.
 */
export function cutPatches(picture: Picture, side: number, scale: number): Uint8Array[] {
  const { width, height, rgb } = shrunk(picture, scale);
  const step = side / scale;
  const patches: Uint8Array[] = [];
  for (let top = 0; top + side <= height; top += step) {
    for (let left = 0; left + side <= width; left += step) {
      const patch = new Uint8Array(side * side * 3);
      for (let y = 0; y < side; y++) {
        const from = ((top + y) * width + left) * 3;
        patch.set(rgb.subarray(from, from + side * 3), y * side * 3);
      }
      patches.push(patch);
    }
  }
  return patches;
}

/** The standard deviation of a patch's brightness, the mean of its three colours, in [-1, 1]. */
export function deviation(rgb: Uint8Array): number {
  let [sum, squares] = [0, 0];
  const n = rgb.length / 3;
  for (let i = 0; i < rgb.length; i += 3) {
    const brightness = (rgb[i] + rgb[i + 1] + rgb[i + 2]) / 3 / 127.5;
    sum += brightness;
    squares += brightness * brightness;
  }
  return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
}

/** Square colour images of this side, one after the other, at half the side: means of 2×2 pixels. */
export function halved(rgb: Uint8Array, side: number): Uint8Array {
  // One below the other they are one tall picture.
  return shrunk({ width: side, height: rgb.length / (3 * side), rgb }, 2).rgb;
}
