import { type NdArray, ndarray } from "../../array";

/**
 * Fixed position vectors for the cells of a grid, `[rows · columns, width]`: a quarter of each holds the
 * sines of row · 10000^(−i / quarter), the next the cosines, and the other half the same for the column
 * (Vaswani et al., 2017, in two dimensions). `width` must be divisible by 4.
 */
export function gridPositions(rows: number, columns: number, width: number): NdArray {
  const quarter = width / 4;
  const data = new Float32Array(rows * columns * width);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = (row * columns + column) * width;
      [row, column].forEach((place, axis) => {
        for (let i = 0; i < quarter; i++) {
          const angle = place * 10000 ** (-i / quarter);
          data[at + 2 * axis * quarter + i] = Math.sin(angle);
          data[at + (2 * axis + 1) * quarter + i] = Math.cos(angle);
        }
      });
    }
  }
  return ndarray([rows * columns, width], data);
}
