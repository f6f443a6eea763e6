import { choose } from "../errors";
import { type MlpOptions, mlp } from "./mlp";
import type { Network } from "./network";
import { type SitOptions, sit } from "./sit";
import { type UnetOptions, unet } from "./unet";

/** Rebuilds a network from its name and its stored options. */
export function restoreNetwork(name: string, options: Readonly<Record<string, unknown>>): Network {
  const make = choose("network", name, {
    mlp: () => mlp(options as unknown as MlpOptions),
    sit: () => sit(options as unknown as SitOptions),
    unet: () => unet(options as unknown as UnetOptions),
  });
  return make();
}
