import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  adam,
  independent,
  linear,
  type Network,
  ndarray,
  networkField,
  rng,
  train,
  UsageError,
  zeros,
} from "../../lib";

/** A linear map of points, as somebody might write it, with one thing changed. */
function own(changed: Partial<Network> = {}): Network {
  return {
    name: "own",
    options: {},
    condition: {},
    shapes: { kernel: [2, 2], bias: [2] },
    init: (source) => ({ kernel: source.normals([2, 2]), bias: zeros([2]) }),
    apply: ({ kernel, bias }, { x }) => tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias),
    ...changed,
  };
}

const options = {
  data: { x: rng(0).normals([32, 2]) },
  coupling: independent(),
  interpolant: linear(),
  optimizer: adam({ learningRate: 1e-3 }),
  ...{ batch: 8, steps: 2, seed: 0 },
};

async function refused(work: () => Promise<unknown>, message: string) {
  const error = await work().then(
    () => expect.unreachable(),
    (reason) => reason,
  );
  expect(error.message).toContain(message);
  expect(error).toBeInstanceOf(UsageError);
}

describe("a network of one's own", () => {
  it("trains where nothing is wrong with it", async () => {
    const { losses } = await train({ ...options, network: own() });
    expect(losses.every(Number.isFinite)).toBe(true);
  });

  it.each<[string, Network["apply"], string]>([
    [
      "one number for a point",
      ({ kernel }, { x }) => tf.sum(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), 1),
      "[8]",
    ],
    [
      "a column",
      ({ kernel }, { x }) => tf.sum(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), 1, true),
      "[8, 1]",
    ],
  ])("must not give %s, which would broadcast in the loss", async (_, apply, shape) => {
    const network = own({
      shapes: { kernel: [2, 2] },
      init: (source) => ({ kernel: source.normals([2, 2]) }),
      apply,
    });
    await refused(
      () => train({ ...options, network }),
      `Expected an output of x's shape, [8, 2], from the network "own", but received shape ${shape}.`,
    );
    const field = networkField({ network, parameters: network.init(rng(0)) });
    await refused(
      async () => field({ x: ndarray([8, 2], new Float32Array(16)), t: 0.5, xi: {} }),
      `Expected an output of x's shape, [8, 2], from the network "own"`,
    );
  });

  it.each<[string, Partial<Network>, string]>([
    [
      "lacks a parameter",
      { init: (source) => ({ kernel: source.normals([2, 2]) }) },
      'Expected a parameter "bias" of shape [2] from init of the network "own", as its shapes say, but ' +
        "received none.",
    ],
    [
      "makes one of another shape",
      { init: (source) => ({ kernel: source.normals([2, 3]), bias: zeros([2]) }) },
      'Expected a parameter "kernel" of shape [2, 2] from init of the network "own", as its shapes say, ' +
        "but received shape [2, 3].",
    ],
    [
      "makes one more",
      { init: (source) => ({ kernel: source.normals([2, 2]), bias: zeros([2]), scale: zeros([1]) }) },
      "its shapes name (kernel, bias)",
    ],
    [
      "doesn't use one",
      { apply: ({ kernel }, { x }) => tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D) },
      'Expected a loss that depends on all parameters, but received "bias", on which it doesn\'t depend.',
    ],
  ])("is refused by name where it %s", async (_, changed, message) => {
    await refused(() => train({ ...options, network: own(changed) }), message);
  });
});

describe("a coupling of one's own", () => {
  const draw = ({ x }: { readonly x: NdArrayOf }, source: ReturnType<typeof rng>) => ({
    x0: source.normals(x.shape),
    x1: x,
    xi: {},
  });
  type NdArrayOf = (typeof options.data)["x"];
  const coupling = (changed: (pairs: ReturnType<typeof draw>) => object) =>
    ({
      name: "mine",
      condition: {},
      draw: (targets: { readonly x: NdArrayOf }, source: ReturnType<typeof rng>) =>
        changed(draw(targets, source)),
    }) as unknown as ReturnType<typeof independent>;

  it.each<[string, Parameters<typeof coupling>[0], string]>([
    [
      "x1",
      ({ x0, xi }) => ({ x0, xi }),
      'Expected an array x1 in the draws of the coupling "mine", but received none.',
    ],
    [
      "xi",
      ({ x0, x1 }) => ({ x0, x1 }),
      'Expected a record xi in the draws of the coupling "mine", but received none.',
    ],
    [
      "that the network is to see a part of xi",
      (pairs) => ({ ...pairs, xi: { labels: new Int32Array(8) } }),
      "labels, where the condition is {}",
    ],
  ])("is told that it forgot %s", async (_, changed, message) => {
    await refused(() => train({ ...options, network: own(), coupling: coupling(changed) }), message);
  });
});
