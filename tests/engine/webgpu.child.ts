/**
 * What the engine trains and evaluates, as JSON: webgpu.test.ts runs this on two of onnxruntime's providers.
 */
import * as tf from "@tensorflow/tfjs";
import { independent, inpainting, tiles } from "../../lib/couplings";
import { compile } from "../../lib/engine";
import { linear } from "../../lib/interpolants";
import { mlp } from "../../lib/networks";
import { rng } from "../../lib/random";
import { train } from "../../lib/training";
import { tinyUnet } from "../networks/tiny-unet";

/** Losses of ten steps, and the velocity after them. */
async function plane() {
  const coupling = independent({});
  const network = mlp({ dim: 2, width: 32, depth: 2, condition: coupling.condition });
  const data = { x: rng(1).normals([256, 2]) };
  const trained = await train({
    ...{ data, coupling, network },
    ...{ interpolant: linear(), batch: 32, steps: 10, seed: 0 },
  });
  const velocity = await trained.field()({ x: rng(2).normals([16, 2]), t: 0.3, xi: {} });
  return { mlpLosses: trained.losses, mlpVelocity: velocity.data };
}

/** The same for three steps of a U-Net with a mask. Its parameters are one vector, cut into many. */
async function images() {
  const data = { x: rng(5).normals([12, 8, 8, 1]), labels: Int32Array.from({ length: 12 }, (_, i) => i % 3) };
  const coupling = inpainting({ mask: tiles({ grid: 4, p: 0.4 }), classes: 3 });
  const trained = await train({
    ...{ data, coupling, network: tinyUnet(coupling.condition) },
    ...{ interpolant: linear(), batch: 4, steps: 3, seed: 0 },
  });
  const { x0, xi } = coupling.draw(data, rng(3));
  const velocity = await trained.field()({ x: x0, t: 0.3, xi });
  return { unetLosses: trained.losses, unetVelocity: velocity.data };
}

/** An operator that WebGPU hasn't got. */
async function signs() {
  const compiled = compile({
    name: "signs",
    program: ({ inputs: { x } }) => ({ outputs: { y: tf.sign(x) } }),
  });
  const { y } = await compiled.run({ x: { shape: [3], data: Float32Array.of(-2, 0, 5) } });
  return { signs: y.data };
}

/** Slices that run backwards from within. */
async function mirror() {
  const program = ({ inputs }: { inputs: { x: tf.Tensor } }) => ({
    outputs: { y: tf.mirrorPad(inputs.x, [[1, 2]], "reflect") },
  });
  const { y } = await compile({ name: "mirror", program }).run({
    x: { shape: [4], data: Float32Array.of(1, 2, 3, 4) },
  });
  return { mirror: y.data };
}

/** The gradient of a maximum over pixels, which needs to know where each maximum is. */
async function largest() {
  const program = ({ inputs }: { inputs: { x: tf.Tensor } }) => ({
    outputs: { y: tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"))(inputs.x) },
  });
  const { y } = await compile({ name: "largest", program }).run({
    x: { shape: [1, 4, 4, 1], data: Float32Array.from({ length: 16 }, (_, i) => i) },
  });
  return { largest: y.data };
}

const parts = { plane, images, signs, mirror, largest };
export type Part = keyof typeof parts;

async function main(): Promise<void> {
  const wanted = process.argv.slice(2) as Part[];
  try {
    const found: Record<string, ArrayLike<number>> = {};
    for (const part of wanted) Object.assign(found, await parts[part]());
    const lists = Object.entries(found).map(([name, values]) => [name, Array.from(values)]);
    process.stdout.write(JSON.stringify(Object.fromEntries(lists)));
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: `${error}` }));
  }
}

main();
