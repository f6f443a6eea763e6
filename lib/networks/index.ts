/**
 * Networks that learn fields: an MLP, the paper's U-Net, a transformer over patches; their operations,
 * counted.
 * @module networks
 */

export { type ForwardFlopsOptions, forwardFlops } from "./forward-flops";
export { type MlpOptions, mlp } from "./mlp";
export type { Network, NetworkInput, Parameters, PartShapes } from "./network";
export { parameterCount } from "./parameter-count";
export { restoreNetwork } from "./restore";
export { type SitOptions, sit } from "./sit";
export { compactUnet, paperUnet, type UnetOptions, unet } from "./unet";
