import type { Gamma } from "./gamma";

/** γ_t = 0: no latent, as in the paper's experiments (section 4). */
export const noLatent: Gamma = Object.freeze({
  name: "no latent",
  zero: true,
  at: () => ({ gamma: 0, dGamma: 0, gammaDGamma: 0 }),
});
