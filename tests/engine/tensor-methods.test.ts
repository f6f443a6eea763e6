import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(__dirname, "../..");
const chained = join(
  dirname(require.resolve("@tensorflow/tfjs-core/package.json")),
  "dist/public/chained_ops",
);

// In a process of its own, where nothing has loaded all of tfjs, which adds methods by itself.
function inNode<T>(body: string): T {
  const program = `
    import { compile } from "./lib";
    import { loadTfjs } from "./lib/engine/tfjs";
    async function main() { ${body} }
    void main().then((result) => process.stdout.write(JSON.stringify(result)));`;
  const args = ["--import", "tsx", "--input-type=commonjs", "--eval"];
  const bundled = program.replace(/import \{ (\w+) \} from "(.*)";/g, 'const { $1 } = require("$2");');
  return JSON.parse(execFileSync(process.execPath, [...args, bundled], { cwd: root, encoding: "utf8" }));
}

describe("tensors in a program", () => {
  it("have the methods that they have in all of tfjs", () => {
    const wanted = readdirSync(chained)
      .filter((file) => file.endsWith(".d.ts") && !/register_all|_test/.test(file))
      .flatMap((file) => [
        ...readFileSync(join(chained, file), "utf8").matchAll(/^ {8}(\w+)(?:<[^(]*>)?\(/gm),
      ])
      .map(([, name]) => name);
    expect(wanted.length).toBeGreaterThan(120);
    const missing = inNode<string[]>(`
      const tf = await loadTfjs();
      return ${JSON.stringify(wanted)}.filter((name) => typeof tf.Tensor.prototype[name] !== "function");`);
    expect(missing).toEqual([]);
  }, 60_000);

  it("compute by them what the functions compute", () => {
    const same = inNode<Record<string, [number[], number[]]>>(`
      const tf = await loadTfjs();
      const pairs = {
        matMul: (a, b) => [a.matMul(b), tf.matMul(a, b)],
        transposed: (a, b) => [a.matMul(b, false, true), tf.matMul(a, b, false, true)],
        concat: (a, b) => [a.concat(b, 1), tf.concat([a, b], 1)],
        concatSeveral: (a, b) => [a.concat([b, a]), tf.concat([a, b, a])],
        stack: (a, b) => [a.stack(b), tf.stack([a, b])],
        where: (a, b) => [a.where(a.greater(b), b), tf.where(tf.greater(a, b), a, b)],
        sum: (a) => [a.sum(1, true), tf.sum(a, 1, true)],
        flatten: (a) => [a.flatten(), tf.reshape(a, [4])],
        as: (a) => [a.as3D(1, 4, 1), tf.reshape(a, [1, 4, 1])],
        cast: (a) => [a.toInt().toFloat(), tf.cast(tf.cast(a, "int32"), "float32")],
        activation: (a, b) => [a.sub(b).relu().mul(2).add(1), tf.add(tf.mul(tf.relu(tf.sub(a, b)), 2), 1)],
        enlarged: (a) => [
          a.as4D(1, 2, 2, 1).resizeNearestNeighbor([4, 4]),
          tf.image.resizeNearestNeighbor(tf.reshape(a, [1, 2, 2, 1]), [4, 4]),
        ],
      };
      const a = { shape: [2, 2], data: Float32Array.of(1.5, -2, 3, 0.25) };
      const b = { shape: [2, 2], data: Float32Array.of(-1, 4, 0.5, 2) };
      const results = {};
      for (const [name, both] of Object.entries(pairs)) {
        const program = ({ inputs: { a, b } }) => {
          const [method, plain] = both(a, tf.mul(b, 1));
          const used = tf.mul(tf.sum(b), 0);
          return { outputs: { method: tf.add(method, used), plain: tf.add(plain, used) } };
        };
        const run = compile({ name, program });
        const { method, plain } = await run.run({ a, b });
        results[name] = [[...method.shape, ...method.data], [...plain.shape, ...plain.data]];
        await run.dispose();
      }
      return results;`);
    expect(Object.keys(same)).toHaveLength(12);
    for (const [name, [method, plain]] of Object.entries(same)) expect(method, name).toEqual(plain);
  }, 60_000);
});
