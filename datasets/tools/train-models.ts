/**
 * Trains the models of datasets/models and writes their files and cards:
 * `npx tsx datasets/tools/train-models.ts [NAME ...] [--minutes N]`. Hours on one core each; a run that was
 * stopped goes on. With --minutes the number of steps is what fits into that time, as measured at the start.
 */

import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rng } from "../../lib";
import { atBase } from "../../lib/couplings";
import { take } from "../../lib/data";
import { sha256 } from "../../lib/data/files";
import { projectRoot } from "../../lib/data/root";
import { choose } from "../../lib/errors";
import {
  loadModel,
  type ModelCard,
  type ModelRecipe,
  modelRecipes,
  modelVelocity,
  saveModel,
  trainModel,
} from "../../lib/experiments/models";
import { writeAtomically } from "../../lib/formats/atomic-write";
import { holeError, psnr } from "../../lib/metrics";
import { parameterCount } from "../../lib/networks";
import { progress } from "../../lib/notebook";
import { dopri5, solveOde } from "../../lib/samplers";

const images = 256;

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { minutes: { type: "string" } },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(modelRecipes);
  for (const recipe of names.map((name) => choose("model", name, modelRecipes))) {
    await make(recipe, values.minutes === undefined ? undefined : Number(values.minutes));
  }
}

async function make(recipe: ModelRecipe, minutes: number | undefined) {
  const { name, batch, seed } = recipe;
  const steps = minutes === undefined ? recipe.steps : await stepsIn(recipe, minutes);
  const folder = join(projectRoot(), "datasets", "models");
  const started = process.cpuUsage();
  const report = progress(name);
  let resumedAt = 0;
  const model = await trainModel(recipe, {
    steps,
    checkpoint: join(projectRoot(), ".cache", "models-in-training", `${name}.safetensors`),
    onProgress(update) {
      resumedAt = update.resumedAt ?? 0;
      report(update);
    },
  });
  const used = process.cpuUsage(started);
  const hours = ((used.user + used.system) / 3.6e9) * (steps / Math.max(1, steps - resumedAt));
  const path = join(folder, `${name}.safetensors`);
  saveModel(path, model);
  const bytes = readFileSync(path);
  const card: ModelCard = {
    title: recipe.title,
    command: `npx tsx datasets/tools/train-models.ts ${name}`,
    steps,
    batch,
    seed,
    parameters: parameterCount(model.network),
    hours: Math.round(hours * 100) / 100,
    machine: cpus()[0].model,
    trained: new Date().toISOString().slice(0, 10),
    measures: await measuresOf(recipe, path),
    file: { bytes: bytes.length, sha256: sha256(bytes) },
  };
  writeAtomically(join(folder, `${name}.json`), `${JSON.stringify(card, null, 2)}\n`);
  console.log(name, card.measures);
}

/** A number of steps that takes about these minutes, a multiple of a hundred. */
async function stepsIn(recipe: ModelRecipe, minutes: number): Promise<number> {
  const { secondsPerStep } = await trainModel(recipe, { steps: 30 });
  return Math.max(100, Math.round((minutes * 60) / secondsPerStep / 100) * 100);
}

/** Of the stored model, on the first test images. */
async function measuresOf(recipe: ModelRecipe, path: string): Promise<ModelCard["measures"]> {
  const { data, coupling } = await recipe.load();
  const pairs = await coupling.draw(take({ x: data.test.x }, images), rng("measure"));
  const b = modelVelocity(loadModel(path), { chunk: 64 });
  const { x, nfe } = await solveOde(b, atBase(pairs), { method: dopri5({ rtol: 1e-3, atol: 1e-3 }) });
  const { keep } = pairs.xi;
  return {
    images,
    nfe,
    ...(keep
      ? { "hole error": holeError({ x, truth: pairs.x1, keep }).mse.value }
      : { psnr: psnr({ x, truth: pairs.x1 }).value }),
  };
}

main();
