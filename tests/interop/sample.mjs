// Samples from a model that `interpolants export` wrote, with onnxruntime alone. In Node.js:
//
//     import * as ort from "onnxruntime-node";
//     const about = JSON.parse(await readFile("model.onnx.json", "utf8"));
//     const flow = await openFlow(ort, await readFile("model.onnx"), about);
//
// and the same in a page, with onnxruntime-web: see sample.html.

/** A flow: `integrate({ x0, condition, n })` solves dx/dt = velocity from 0 to 1 by the midpoint method. */
export async function openFlow(ort, model, about) {
  const session = await ort.InferenceSession.create(model);
  const shapeOf = (name, n) => [n, ...about.inputs.find((input) => input.name === name).shape.slice(1)];
  const tensor = (name, data, n) =>
    new ort.Tensor(data instanceof Int32Array ? "int32" : "float32", data, shapeOf(name, n));

  return {
    async integrate({ x0, condition = {}, n, steps = about.solver.steps }) {
      const given = Object.entries(condition).map(([name, data]) => [name, tensor(name, data, n)]);
      const velocity = async (x, t) => {
        const feeds = { x: tensor("x", x, n), t: tensor("t", new Float32Array(n).fill(t), n) };
        return (await session.run({ ...feeds, ...Object.fromEntries(given) })).velocity.data;
      };
      const h = 1 / steps;
      const moved = (x, v, by) => x.map((value, k) => value + by * v[k]);
      let x = x0;
      for (let k = 0; k < steps; k++) {
        const half = moved(x, await velocity(x, k * h), h / 2);
        x = moved(x, await velocity(half, (k + 0.5) * h), h);
      }
      return x;
    },
  };
}

/** So many independent draws of N(0, 1). */
export const noise = (count) =>
  Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()),
  );
