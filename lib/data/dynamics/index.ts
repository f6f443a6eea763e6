export type { Dynamics } from "./dynamics";
export {
  type JumpDiffusion,
  type JumpDiffusionOptions,
  type JumpMode,
  jumpDiffusion,
} from "./jump-diffusion";
export { type Lorenz63Options, lorenz63 } from "./lorenz63";
export { type NavierStokesOptions, navierStokes } from "./navier-stokes";
export { consecutive, type SeriesOptions, series } from "./series";
export { type StandardisedOptions, standardised } from "./standardised";
export { transitions } from "./transitions";
