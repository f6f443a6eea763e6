import type { NdArray } from "../array";
import { expected } from "../errors";
import type { Rng } from "../random";
import type { Network, Parameters } from "./network";

/**
 * The network's first parameters.
 * @throws when they aren't those that its `shapes` name, of these shapes.
 */
export function initialParameters(network: Network, rng: Rng): Parameters<NdArray> {
  const parameters = network.init(rng);
  const owner = `the network "${network.name}"`;
  for (const [name, shape] of Object.entries(network.shapes)) {
    const found = parameters[name]?.shape;
    if (found?.join() === shape.join()) continue;
    throw expected(
      `a parameter "${name}" of shape [${shape.join(", ")}] from init of ${owner}, as its shapes say`,
      found ? `shape [${found.join(", ")}]` : "none",
    );
  }
  const extra = Object.keys(parameters).find((name) => !Object.hasOwn(network.shapes, name));
  if (extra === undefined) return parameters;
  throw expected(
    `parameters from init of ${owner} that its shapes name (${Object.keys(network.shapes).join(", ")})`,
    `"${extra}" as well`,
  );
}
