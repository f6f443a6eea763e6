export { type MlpOptions, mlp } from "./mlp";
export type { Network, NetworkInput, Parameters } from "./network";
export { parameterCount } from "./parameter-count";
export { restoreNetwork } from "./restore";
export { paperUnet, type UnetOptions, unet } from "./unet";
