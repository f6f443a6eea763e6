import type { ConditionSpec } from "../../lib/conditions";
import { type Network, unet } from "../../lib/networks";

/** A U-Net of a few thousand parameters, for grey images whose height and width are even. */
export const tinyUnet = (condition: ConditionSpec): Network =>
  unet({
    channels: 1,
    condition,
    dim: 4,
    mults: [1, 2],
    groups: 2,
    heads: 1,
    headWidth: 4,
    blocksPerLevel: 1,
    timeFeatures: 4,
    stem: 3,
  });
