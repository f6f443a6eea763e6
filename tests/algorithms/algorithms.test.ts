import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import {
  adam,
  atBase,
  dataDependent,
  euler,
  type FieldInput,
  inpainting,
  linear,
  mlp,
  moons,
  rng,
  solveOde,
  take,
  tiles,
  train,
} from "../../lib";
import { algorithm1 } from "./algorithm-1";
import { algorithm2 } from "./algorithm-2";

const data = moons({ n: 500, rng: rng("data") });
const coupling = dataDependent({ mean: ({ x }) => x, sigma: 0.5 });
const interpolant = linear();
const network = mlp({ dim: 2, width: 16, depth: 2, condition: coupling.condition });
const settings = { data, coupling, interpolant, network, steps: 25, batch: 32, seed: 3 };
const learningRate = 1e-2;

const trained = train({
  ...settings,
  optimizer: adam({ learningRate }),
  ema: 0,
  engine: "cpu",
});

describe("Algorithm 1, in ten lines", () => {
  it("is what train does, within rounding", async () => {
    const { parameters } = await trained;
    const byHand = algorithm1({ ...settings, learningRate });
    const first = network.init(rng(3).fork("init"));
    let moved = 0;
    for (const [name, { data: wanted }] of Object.entries(parameters)) {
      const found = byHand[name].dataSync();
      expect(found).toHaveLength(wanted.length);
      for (let e = 0; e < wanted.length; e++) {
        expect(Math.abs(found[e] - wanted[e])).toBeLessThan(2e-5);
        moved = Math.max(moved, Math.abs(wanted[e] - first[name].data[e]));
      }
    }
    expect(moved).toBeGreaterThan(0.1);
  });
});

describe("Algorithm 2, in ten lines", () => {
  it("is Euler's method of solveOde, bit for bit", async () => {
    const b = (await trained).field();
    const targets = take(data, 20);
    const start = atBase(coupling.draw(targets, rng(5)));
    for (const steps of [1, 8, 64]) {
      const { x } = await solveOde(b, start, { method: euler({ steps }) });
      expect(await algorithm2({ b, coupling, targets, steps, rng: rng(5) })).toEqual(x);
      expect(x).not.toEqual(start.x);
    }
  });

  it("does the same under a condition", async () => {
    const masked = inpainting({ mask: tiles({ grid: 4, p: 0.5 }) });
    const targets = { x: rng(1).normals([3, 8, 8, 1]) };
    const b = ({ x, t, xi }: FieldInput) => ({
      shape: x.shape,
      data: x.data.map((value, e) => (1 - xi.keep!.data[e]) * (Math.cos(3 * value) - t)),
    });
    const { x } = await solveOde(b, atBase(masked.draw(targets, rng(2))), { method: euler({ steps: 16 }) });
    expect(await algorithm2({ b, coupling: masked, targets, steps: 16, rng: rng(2) })).toEqual(x);
  });
});

describe("the notebook that writes the algorithms out", () => {
  const notebooks = resolve(__dirname, "../../notebooks");
  const file = readdirSync(notebooks).find((name) => name.startsWith("01-")) as string;
  const { cells } = JSON.parse(readFileSync(join(notebooks, file), "utf8"));
  const codeOf = (text: string) => text.split("\n").map((line) => line.replace(/\s*\/\/.*/, "").trim());
  const shown = codeOf(cells.flatMap(({ source }: { source: string[] }) => [...source, "\n"]).join(""));

  it.each([
    ["algorithm-1.ts", /^ {2}const parameters = .*?^ {2}\}$/ms, 11],
    ["algorithm-2.ts", /^ {4}const \{ data \} = .*?^ {2}\}$/ms, 4],
  ])("has the lines of %s", (name, part, least) => {
    const text = readFileSync(join(__dirname, name), "utf8");
    const lines = codeOf(part.exec(text)?.[0] ?? "");
    expect(lines.length).toBeGreaterThanOrEqual(least);
    for (const line of lines) {
      expect(shown.map((one) => one.replace(/\bsteps\b/g, "N"))).toContain(line.replace(/\bsteps\b/g, "N"));
    }
  });
});
