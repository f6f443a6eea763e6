import type { Coupling } from "../couplings/coupling";
import { expected } from "../errors";
import type { Network } from "../networks/network";
import { differences } from "./checkpoint";

/** @throws unless the network was built for the coupling's condition. */
export function assertFits(network: Network, coupling: Coupling): void {
  if (differences(network.condition, coupling.condition).length === 0) return;
  throw expected(
    `a network for the condition of the coupling "${coupling.name}", ${JSON.stringify(coupling.condition)}`,
    JSON.stringify(network.condition),
    "Build it with condition: coupling.condition.",
  );
}
