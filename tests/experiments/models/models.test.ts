import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  affineVelocity,
  dopri5,
  formatNumber,
  loadModel,
  type ModelCard,
  type ModelRecipe,
  measureModel,
  modelInterpolant,
  modelRecipes,
  modelVelocity,
  muon,
  pretrained,
  restLoss,
  rng,
  rowsOf,
  saveModel,
  take,
  train,
  trainModel,
  trapezoid,
  unet,
} from "../../../lib";

const shipped = resolve(__dirname, "../../../datasets/models");
const names = readdirSync(shipped)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length));

/** A recipe like those of library models, of a tiny network on a few images. */
function tiny(recipe: ModelRecipe): ModelRecipe {
  return {
    ...recipe,
    async load() {
      const { data, train, coupling } = await recipe.load();
      return {
        data,
        train: rowsOf(
          train,
          Array.from({ length: 64 }, (_, i) => i),
        ),
        coupling,
      };
    },
    network: ({ coupling, data }) =>
      unet({
        channels: data.train.x.shape[3],
        condition: coupling.condition,
        dim: 8,
        mults: [1, 2],
        blocksPerLevel: 1,
        attention: "none",
      }),
  };
}

describe("a recipe", () => {
  const folder = mkdtempSync(join(tmpdir(), "models-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  // Those of 64×64 differ in size only, and take ten times as long.
  const kinds = Object.values(modelRecipes).filter(({ name }) => !name.includes("64"));

  it.each(kinds.map((recipe) => [recipe.name, recipe] as const))(
    "trains, is stored and read again: %s",
    async (name, recipe) => {
      const small = tiny(recipe);
      const model = await trainModel(small, { steps: 3 });
      const path = join(folder, `${name}.safetensors`);
      saveModel(path, model);
      const stored = loadModel(path);
      const { data, coupling } = await small.load();
      const { x0, xi } = await coupling.draw(take(data.test, 2), rng(1));
      const at = { x: x0, t: 0.3, xi };
      const [trained, read] = [await modelVelocity(model)(at), await modelVelocity(stored)(at)];
      // Floats are stored in half precision.
      for (const [e, value] of read.data.entries()) expect(value).toBeCloseTo(trained.data[e], 1);
      if (xi.keep)
        for (const [p, k] of xi.keep.data.entries()) if (k === 1) expect(read.data[p * x0.shape[3]]).toBe(0);
    },
    120_000,
  );

  it("is trained by the schedule and the momentum that it names", async () => {
    const steps = 8;
    const usual = tiny(modelRecipes["digits-8-to-32"]);
    const small: ModelRecipe = { ...usual, schedule: "trapezoid", momentum: 0.5 };
    const { parameters, moments } = await trainModel(small, { steps });
    const given = await small.load();
    const { learningRate, batch, seed } = small;
    const schedule = trapezoid({ steps, warmup: 2 });
    const byHand = await train({
      data: given.train,
      coupling: given.coupling,
      interpolant: modelInterpolant,
      network: small.network(given),
      objective: restLoss(affineVelocity({ interpolant: modelInterpolant, moments })),
      optimizer: muon({ learningRate, momentum: 0.5, schedule }),
      ...{ batch, seed, steps, ema: 0.999 },
    });
    expect(parameters).toEqual(byHand.parameters);
    expect((await trainModel(usual, { steps })).parameters).not.toEqual(parameters);
  });

  it("goes on from the weights and moments of the round before, with other batches", async () => {
    const further = [1e-9, 2e-9].map((learningRate, k) => ({ steps: 2 + k, learningRate }));
    const small = { ...tiny(modelRecipes["digits-8-to-32"]), further };
    const first = await trainModel(small, { steps: 2 });
    const second = await trainModel(small, { from: first });
    expect(second.moments).toBe(first.moments);
    expect(second.losses).toHaveLength(2);
    // At a rate of nearly nothing they stay where they were.
    for (const [name, { data }] of Object.entries(first.parameters)) {
      for (const [e, value] of second.parameters[name].data.entries()) expect(value).toBeCloseTo(data[e], 5);
    }
    expect(second.losses[0]).not.toBe((await trainModel(small, { steps: 1 })).losses[0]);
    const third = await trainModel(small, { from: second, round: 2 });
    expect(third.losses).toHaveLength(3);
    expect([...third.losses.subarray(0, 2)]).not.toEqual([...second.losses]);
    await expect(trainModel(small, { from: second, round: 3 })).rejects.toThrow(
      'one of the 2 further rounds of "digits-8-to-32"',
    );
  });

  it("starts from the best affine velocity: an untrained network adds nothing to it", async () => {
    const small = tiny(modelRecipes["digits-8-to-32"]);
    const model = await trainModel(small, { steps: 1 });
    const untrained = { ...model, parameters: model.network.init(rng(0)) };
    const { data, coupling } = await small.load();
    const { x0, xi } = await coupling.draw(take({ x: data.test.x }, 1), rng(1));
    const { slope, offset } = affineVelocity({ interpolant: modelInterpolant, moments: model.moments }).at(
      0.4,
    );
    const { data: values } = await modelVelocity(untrained)({ x: x0, t: 0.4, xi });
    for (const [e, value] of values.entries()) {
      expect(value).toBeCloseTo(slope[e] * x0.data[e] + offset[e], 4);
    }
  });
});

it("isn't measured where the solver gives up", async () => {
  const method = dopri5({ rtol: 1e-9, atol: 1e-9, maxSteps: 2 });
  const recipe = modelRecipes["digits-8-to-32"];
  await expect(measureModel({ recipe, b: ({ x }) => x, images: 2, method })).rejects.toThrow(
    "The flow whose samples are measured did not reach t = 1: ",
  );
});

describe.each(names)("the model %s", (name) => {
  const recipe = modelRecipes[name];

  it("is intact, small, and does on some images what its card says", async () => {
    const { card, b } = await pretrained(recipe);
    expect(card.file.bytes).toBeLessThan(3e6);
    // As its card was made: the classifier sees what fewer steps leave.
    const method = dopri5({ rtol: 1e-3, atol: 1e-3 });
    const images = name.includes("64") ? 12 : 24; // those take four times as long
    const { measures } = await measureModel({ recipe, b, images, method });
    expect(Object.keys(measures)).toEqual(Object.keys(card.measures));
    for (const [what, { value, low, high }] of Object.entries(measures)) {
      const of = card.measures[what];
      expect(Math.abs(value - of.value), what).toBeLessThan(1.5 * (high - low + of.high - of.low));
    }
  }, 120_000);
});

it("each library model has a card and a file, and each file a recipe", () => {
  for (const name of names) {
    expect(modelRecipes).toHaveProperty(name);
    expect(existsSync(join(shipped, `${name}.safetensors`))).toBe(true);
    const card = JSON.parse(readFileSync(join(shipped, `${name}.json`), "utf8"));
    expect(card.command).toBe(`npx tsx datasets/tools/train-models.ts ${name}`);
  }
});

it("the table of models says what their cards say", () => {
  const readme = readFileSync(join(shipped, "README.md"), "utf8");
  for (const name of names) {
    const card: ModelCard = JSON.parse(readFileSync(join(shipped, `${name}.json`), "utf8"));
    const { steps, batch, parameters, hours, nfe, measures } = card;
    const said = Object.entries(measures).map(([what, { value, low, high }]) => {
      const [a, b, c] = [value, low, high].map((number) => formatNumber(number, 3));
      return `${what} ${a} (${b} to ${c})`;
    });
    const sizes = [`${(parameters / 1e6).toFixed(2)} M`, `${steps} × ${batch}`, hours, nfe.toFixed(0)];
    expect(readme).toContain(`| ${[name, ...sizes, said.join("; ")].join(" | ")} |`);
  }
});
