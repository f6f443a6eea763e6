import { programFlops } from "../engine";
import { rng } from "../random";
import { applyNetwork } from "./apply-network";
import type { Network } from "./network";
import { randomInputs } from "./random-inputs";

/** Options of {@link forwardFlops}. */
export interface ForwardFlopsOptions {
  /** Shape of one sample, such as `[32, 32, 3]`. */
  readonly sample: readonly number[];
  /** Number of samples. Default 1. */
  readonly batch?: number;
}

/**
 * Floating-point operations of a network's forward pass, counting convolutions and matrix products alone,
 * with a multiply-add as two. No parameters or activations are allocated, so the paper's network at 256×256
 * can be counted on any machine. A training step takes about three times as many: the backward pass has two
 * products for each of the forward pass, one for the gradient of each factor.
 *
 * @example
 * await forwardFlops(mlp({ dim: 2, width: 128 }), { sample: [2], batch: 512 }); // 34209792
 * await forwardFlops(unet(paperUnet), { sample: [64, 64, 3] }); // about 1.2e11
 */
export function forwardFlops(network: Network, { sample, batch = 1 }: ForwardFlopsOptions): Promise<number> {
  return programFlops({
    name: `operations of ${network.name}`,
    program: ({ state, inputs }) => ({
      outputs: { value: applyNetwork(network, state, inputs) },
    }),
    state: network.shapes,
    inputs: randomInputs(network, { sample, batch, rng: rng(0) }),
  });
}
