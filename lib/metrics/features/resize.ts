import { type NdArray, ndarray } from "../../array";

/** Images `[n, h, w, c]` at another height and width: bilinear between pixel centres, edges repeated, no smoothing. */
export function resizeBilinear(images: NdArray, [height, width]: readonly [number, number]): NdArray {
  const [n, h, w, c] = images.shape;
  if (h === height && w === width) return images;
  const [rows, columns] = [places(h, height), places(w, width)];
  const out = new Float32Array(n * height * width * c);
  let e = 0;
  for (let i = 0; i < n; i++) {
    for (const y of rows) {
      for (const x of columns) {
        for (let k = 0; k < c; k++) {
          const at = (row: number, column: number) => images.data[((i * h + row) * w + column) * c + k];
          const top = at(y.low, x.low) * (1 - x.share) + at(y.low, x.high) * x.share;
          const bottom = at(y.high, x.low) * (1 - x.share) + at(y.high, x.high) * x.share;
          out[e++] = top * (1 - y.share) + bottom * y.share;
        }
      }
    }
  }
  return ndarray([n, height, width, c], out);
}

/** For each new pixel along an axis the two old ones between whose centres its own lies, and the share of the second. */
function places(from: number, to: number) {
  return Array.from({ length: to }, (_, k) => {
    const at = Math.min(Math.max(((k + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(at);
    return { low, high: Math.min(low + 1, from - 1), share: at - low };
  });
}
