import { type DirectCoupling, type Field, ndarray, type Rng, type Samples } from "../../lib";

export interface Algorithm2 {
  readonly b: Field;
  readonly coupling: DirectCoupling;
  readonly targets: Samples;
  /** N. */
  readonly steps: number;
  readonly rng: Rng;
}

/**
 * Algorithm 2 of the paper, forward Euler, in ten lines; `solveOde` with the method `euler({ steps })` does
 * the same.
 */
export async function algorithm2({ b, coupling, targets, steps, rng }: Algorithm2) {
  const { x0, xi } = coupling.draw(targets, rng); // X_0 = m(x1) + σζ
  let x = x0;
  for (let n = 0; n < steps; n++) {
    const { data } = await b({ x, t: n / steps, xi }); // b_{n/N}(X_n, ξ)
    const next = x.data.map((value, e) => value + (1 / steps) * data[e]); // X_{n+1} = X_n + b/N
    x = ndarray(x.shape, next);
  }
  return x;
}
