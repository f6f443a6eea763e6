import { independent, linear, mlp, moons, ndarray, rng, type Samples, take, train } from "../../lib";

// What examples in doc comments may use without saying where it comes from, by the names of the README.

/** Points of two moons `[256, 2]`, labelled 0 and 1. */
export const data = moons({ n: 256, rng: rng("data") });

/** Grey images `[32, 8, 8, 1]` of a bright disc, labelled by its size, 0 to 2. */
export const images = discs(1);

/** Colour images `[32, 8, 8, 3]` of a bright disc, labelled by its size, 0 to 2. */
export const colourImages = discs(3);

export const coupling = independent();
export const interpolant = linear();
export const network = mlp({ dim: 2, width: 16, depth: 1, condition: coupling.condition });

/** A network that has hardly learned anything of `data`. */
export const model = await train({ data, coupling, interpolant, network, steps: 10, batch: 32, seed: 0 });

/** Its velocity. */
export const b = model.field();

/** Draws of the coupling: x0, x1 `[16, 2]` and ξ. */
export const pairs = coupling.draw(take(data, 16), rng("pairs"));

function discs(channels: number): Samples {
  const [n, size] = [32, 8];
  const random = rng("images");
  const labels = Int32Array.from({ length: n }, (_, i) => i % 3);
  const x = ndarray([n, size, size, channels], new Float32Array(n * size * size * channels));
  for (let i = 0, p = 0; i < n; i++) {
    const [across, down] = [2 + 3 * random.uniform(), 2 + 3 * random.uniform()];
    const colour = Array.from({ length: channels }, () => 0.5 + 0.5 * random.uniform());
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const inside = Math.hypot(column - across, row - down) < 1.5 + labels[i];
        for (let c = 0; c < channels; c++, p++) x.data[p] = inside ? colour[c] : -0.9;
      }
    }
  }
  return { x, labels };
}
