import type { Elsewhere } from "../errors";

const tolerance = (name: string) => (value: unknown) =>
  `It is the method's: give method: dopri5({ ${name}: ${typeof value === "number" ? value : "1e-3"} }).`;
const ends = () => "The times are called from and to: time runs from 0, the base, to 1, the data.";

/** Options of a solver's method, and what other libraries call a solver's own. */
export const elsewhere: Elsewhere = {
  rtol: tolerance("rtol"),
  atol: tolerance("atol"),
  tol: tolerance("rtol"),
  tolerance: tolerance("rtol"),
  steps: (value) =>
    `It is the method's: give it as in euler({ steps: ${typeof value === "number" ? value : 8} }).`,
  t0: ends,
  t1: ends,
};
