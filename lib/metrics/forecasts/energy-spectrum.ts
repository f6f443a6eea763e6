import { assertShape, type NdArray, sampleSize } from "../../array";

/** Energy by wave number. */
export interface EnergySpectrum {
  /** 0, 1, 2, …: the ring |k| from this − ½ to this + ½. */
  readonly wave: Float64Array;
  /** The energy in each ring, a mean over samples. */
  readonly energy: Float64Array;
}

/**
 * The spectrum of the kinetic energy ½|v|² of the flow that a vorticity `[n, size, size, 1]` on the torus
 * [0, 2π)² belongs to, ½|ω̂_k|²/|k|² summed over rings of wave numbers. The rings' sum, without waves at half
 * the number of pixels, is the mean of ½|v|².
 *
 * @example
 * const flow = navierStokes({ size: 16, spinUp: 1 });
 * const { wave, energy } = energySpectrum(await flow.states(4, rng(0)));
 * @throws unless x is `[n, size, size, 1]`.
 */
export function energySpectrum(x: NdArray): EnergySpectrum {
  const side = x.shape[1];
  assertShape(x, [-1, side, side, 1], "vorticities, on squares,");
  const most = Math.floor((side - 1) / 2);
  const rings = Math.round(Math.hypot(most, most)) + 1;
  const energy = new Float64Array(rings);
  const [cos, sin] = [Math.cos, Math.sin].map((f) =>
    Float64Array.from({ length: side }, (_, k) => f((2 * Math.PI * k) / side)),
  );
  const n = x.shape[0];
  const size = sampleSize(x);
  const [re, im] = [new Float64Array(side), new Float64Array(side)];
  for (let i = 0; i < n; i++) {
    const pixels = x.data.subarray(i * size, (i + 1) * size);
    // ω is real: the waves −k are those of k, and rows with k > 0 count twice.
    for (let k = 0; k <= most; k++) {
      for (let row = 0; row < side; row++) {
        re[row] = 0;
        im[row] = 0;
        for (let column = 0; column < side; column++) {
          re[row] += pixels[row * side + column] * cos[(k * column) % side];
          im[row] -= pixels[row * side + column] * sin[(k * column) % side];
        }
      }
      for (let l = -most; l <= most; l++) {
        const squared = k * k + l * l;
        if (squared === 0) continue;
        let [a, b] = [0, 0];
        for (let row = 0; row < side; row++) {
          const turn = (((l * row) % side) + side) % side;
          a += re[row] * cos[turn] + im[row] * sin[turn];
          b += im[row] * cos[turn] - re[row] * sin[turn];
        }
        const power = (a * a + b * b) / size ** 2;
        energy[Math.round(Math.sqrt(squared))] += ((k > 0 ? 2 : 1) * power) / (2 * squared * n);
      }
    }
  }
  return Object.freeze({ wave: Float64Array.from(energy, (_, k) => k), energy });
}
