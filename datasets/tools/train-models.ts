/**
 * Trains the models of datasets/models and writes their files and cards:
 * `npx tsx datasets/tools/train-models.ts [NAME ...]`. Up to three hours each on one core; a run that was
 * stopped goes on.
 */

import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { choose } from "../../lib/errors";
import {
  loadModel,
  type ModelCard,
  type ModelRecipe,
  measureModel,
  modelRecipes,
  modelVelocity,
  type RestModel,
  saveModel,
  trainModel,
} from "../../lib/experiments/models";
import { writeAtomically } from "../../lib/files/atomic-write";
import { projectRoot } from "../../lib/files/project";
import { sha256 } from "../../lib/files/sha256";
import { parameterCount } from "../../lib/networks";
import { progress } from "../../lib/notebook";
import { dopri5 } from "../../lib/samplers";

async function main() {
  const given = process.argv.slice(2);
  const names = given.length > 0 ? given : Object.keys(modelRecipes);
  for (const recipe of names.map((name) => choose("model", name, modelRecipes))) await make(recipe);
}

async function make(recipe: ModelRecipe) {
  const { name, title, steps, batch, seed, further = [] } = recipe;
  const folder = join(projectRoot(), "datasets", "models");
  let { model, hours } = await round(recipe, 0);
  for (let k = 1; k <= further.length; k++) {
    // From the weights as a file keeps them, so that a round can also start from a shipped model.
    const kept = inTraining(`${name}-kept-${k}`);
    saveModel(kept, model);
    const next = await round(recipe, k, loadModel(kept));
    model = next.model;
    hours += next.hours;
  }
  const path = join(folder, `${name}.safetensors`);
  saveModel(path, model);
  const bytes = readFileSync(path);
  const card: ModelCard = {
    title,
    command: `npx tsx datasets/tools/train-models.ts ${name}`,
    steps: further.reduce((sum, each) => sum + each.steps, steps),
    batch,
    seed,
    parameters: parameterCount(model.network),
    hours: Math.round(hours * 100) / 100,
    machine: cpus()[0].model,
    trained: new Date().toISOString().slice(0, 10),
    ...(await measureModel({
      recipe,
      b: modelVelocity(loadModel(path), { chunk: 64 }),
      images: 512,
      method: dopri5({ rtol: 1e-3, atol: 1e-3 }),
    })),
    file: { bytes: bytes.length, sha256: sha256(bytes) },
  };
  writeAtomically(join(folder, `${name}.json`), `${JSON.stringify(card, null, 2)}\n`);
  console.log(name, card.measures);
}

const inTraining = (name: string) =>
  join(projectRoot(), ".cache", "models-in-training", `${name}.safetensors`);

/** Trains one round, and tells for how many hours a core computed. */
async function round(recipe: ModelRecipe, k: number, from?: RestModel) {
  const name = k === 0 ? recipe.name : `${recipe.name}-round-${k + 1}`;
  const started = process.cpuUsage();
  const report = progress(name);
  let resumedAt = 0;
  const model = await trainModel(recipe, {
    ...(from && { from, round: k }),
    checkpoint: inTraining(name),
    onProgress(update) {
      resumedAt = update.resumedAt ?? 0;
      report(update);
    },
  });
  const { user, system } = process.cpuUsage(started);
  const steps = model.losses.length;
  return { model, hours: ((user + system) / 3.6e9) * (steps / Math.max(1, steps - resumedAt)) };
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
