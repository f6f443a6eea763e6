/**
 * What the engine computes, as JSON: processors.test.ts runs this on this processor and on emulated ones.
 */
import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../../lib/array";
import { inpainting, tiles } from "../../lib/couplings";
import { compile, type Named, type Values } from "../../lib/engine";
import { largestWeight } from "../../lib/engine/onnx/int8/largest-weight";
import { findChannelBlock } from "../../lib/engine/onnx/run/channel-block";
import { loadOrt } from "../../lib/engine/onnx/run/session";
import { loadTfjs } from "../../lib/engine/tfjs";
import { networkField } from "../../lib/fields";
import { linear } from "../../lib/interpolants";
import { compactUnet, unet } from "../../lib/networks";
import { rng } from "../../lib/random";
import { midpoint, solveOde } from "../../lib/samplers";
import { muon, train } from "../../lib/training";

function floats(shape: readonly number[], seed: number, size = 1) {
  const source = rng(seed);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => size * source.normal()) };
}

const conv = (x: tf.Tensor, filter: tf.Tensor, stride = 1) =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, "same");

/** Two convolutions of trained filters with SiLU between, as in a training step: 16, 48 and 16 channels. */
const training = ({ inputs: { x, first, second } }: { inputs: Named<tf.Tensor> }) => {
  const loss = (first: tf.Tensor, second: tf.Tensor) => {
    const hidden = conv(x, first);
    const out = conv(tf.mul(hidden, tf.sigmoid(hidden)), second, 2);
    return tf.mean(tf.square(tf.sub(out, 1)));
  };
  const [one, two] = tf.grads(loss)([first, second]);
  return { outputs: { loss: loss(first, second), one, two } };
};

/** Seven convolutions of fixed filters: the one in the middle in int8. */
const sampling = ({ constants, inputs }: { constants: Named<tf.Tensor>; inputs: Named<tf.Tensor> }) => {
  let y = inputs.x;
  for (let k = 0; k < 7; k++) y = tf.tanh(conv(y, constants.filter));
  return { outputs: { y } };
};

/** Three steps of training a U-Net that fills holes, and two holes filled by it. */
async function filled(): Promise<Values> {
  const data = { x: floats([32, 16, 16, 1], 5) };
  const coupling = inpainting({ mask: tiles({ grid: 4, p: 0.5 }) });
  const network = unet({
    channels: 1,
    dim: 16,
    headWidth: 16,
    condition: coupling.condition,
    ...compactUnet,
  });
  const optimizer = muon({ learningRate: 1e-3 });
  const given = { data, coupling, interpolant: linear(), network, optimizer, batch: 16, steps: 3, seed: 6 };
  const { parameters } = await train(given);
  const { x0, xi } = coupling.draw({ x: floats([2, 16, 16, 1], 7) }, rng(8));
  const b = networkField({ network, parameters });
  return (await solveOde(b, { x: x0, xi }, { method: midpoint({ steps: 2 }) })).x as Values;
}

async function main(): Promise<void> {
  const ort = await loadOrt();
  const x = floats([16, 8, 8, 16], 1);
  const inputs = {
    x,
    first: floats([3, 3, 16, 48], 2, 0.1),
    second: floats([3, 3, 48, 16], 3, 0.1),
  };
  const constants = { filter: floats([3, 3, 16, 16], 4, 0.1) };
  const found = {
    ...(await compile({ name: "training", program: training }).run(inputs)),
    float: (await compile({ name: "sampling", program: sampling, constants }).run({ x })).y,
    int8: (await compile({ name: "int8", program: sampling, constants, int8: [{ x }] }).run({ x })).y,
    filled: await filled(),
  };
  const values = Object.entries(found).map(([name, { data }]) => [name, [...data]]);
  const about = { block: await findChannelBlock(ort, await loadTfjs()), weight: await largestWeight(ort) };
  process.stdout.write(JSON.stringify({ ...about, values: Object.fromEntries(values) }));
}

main();
