import type { Peer } from "./peer";
import { qualityHere, qualityThere, qualityWork, recipes } from "./quality";
import type { QualityTask } from "./quality-tasks";
import type { QualityTime } from "./quality-time";
import { fastest, type Precision, probed, type Setting, settingName } from "./settings";
import { peerCommand } from "./work";

export interface QualityRowOptions {
  /** One seed instead of three. */
  readonly quick: boolean;
  readonly threads?: number;
  readonly peer?: Peer;
  readonly precisions: readonly Precision[];
  readonly folder: string;
}

interface QualityResult {
  readonly side: "here" | `PyTorch ${Precision}`;
  readonly recipe: string;
  readonly setting?: Setting;
  readonly times: readonly QualityTime[];
}

/** Seconds from nothing to a task's stated quality, by two recipes, here and in PyTorch. */
export async function qualityRow(task: QualityTask, options: QualityRowOptions) {
  const { quick, threads, peer, precisions, folder } = options;
  const seeds = quick ? [0] : [0, 1, 2];
  const settings = peer ? await fastSettings(peer, task, { threads, precisions, folder }) : [];
  const shown = seeds.length === 1 ? "one seed" : `median, least and most of ${seeds.length} seeds`;
  console.log(`training from nothing to ${task.title}; U-Net 16 wide; ${shown}`);
  const results: QualityResult[] = [];
  const sides = [
    ...recipes.map((recipe) => ({
      side: "here" as const,
      recipe,
      learn: (seed: number) => qualityHere(task, recipe, seed),
    })),
    ...settings.map(({ recipe, setting }) => ({
      side: `PyTorch ${setting.precision}` as const,
      recipe,
      setting,
      learn: (seed: number) => qualityThere(peer!, task, recipe, seed, { folder, setting }),
    })),
  ];
  const times = sides.map((): QualityTime[] => []);
  // Seed by seed, so that all sides meet the machine in the same state.
  for (const seed of seeds) {
    for (const [k, { side, recipe, learn }] of sides.entries()) {
      const time = await learn(seed);
      times[k].push(time);
      console.log(`  seed ${seed}: ${side}, ${recipe.title}: ${time.seconds.toFixed(1)} s`);
    }
  }
  for (const [k, { side, recipe, ...rest }] of sides.entries()) {
    const result = {
      side,
      recipe: recipe.title,
      ...("setting" in rest && { setting: rest.setting }),
      times: times[k],
    };
    results.push(result);
    console.log(lineOf(result));
  }
  const median = (result: QualityResult) => middle(result.times.map(({ seconds }) => seconds));
  const best = Math.min(...results.filter(({ side }) => side === "here").map(median));
  const ratios = Object.fromEntries(
    results
      .filter(({ side }) => side !== "here")
      .map((result) => [`${result.side}, ${result.recipe}`, median(result) / best]),
  );
  for (const [name, ratio] of Object.entries(ratios)) {
    console.log(`  the faster recipe here is ${ratio.toFixed(2)} times as fast as ${name}`);
  }
  console.log();
  return { goal: task.title, target: task.target, seeds, results, ratios };
}

/** The fastest setting of each precision for a training step of each recipe. */
async function fastSettings(
  peer: Peer,
  task: QualityTask,
  options: Pick<QualityRowOptions, "threads" | "precisions" | "folder">,
) {
  const found: { readonly recipe: (typeof recipes)[number]; readonly setting: Setting }[] = [];
  for (const recipe of recipes) {
    await peer.ask(peerCommand(qualityWork(task, recipe, 0), options.folder));
    const probes = await probed(peer, "training step", { network: "unet", ...options }, 5);
    for (const precision of options.precisions)
      found.push({ recipe, setting: fastest(probes, precision)!.setting });
  }
  return found;
}

function lineOf({ side, recipe, setting, times }: QualityResult): string {
  const number = (of: (time: QualityTime) => number, digits: number) => {
    const values = times.map(of).sort((a, b) => a - b);
    const ends =
      values.length > 1
        ? ` (${values[0].toFixed(digits)} to ${values[values.length - 1].toFixed(digits)})`
        : "";
    return `${middle(values).toFixed(digits)}${ends}`;
  };
  const joules = times.every((time) => time.joules !== undefined)
    ? `, ${number((time) => time.joules!, 0)} J`
    : "";
  return (
    `  ${`${side}, ${recipe}`.padEnd(38)} ${number((time) => time.seconds, 1)} s, cpu ${number((time) => time.cpuSeconds, 1)} s` +
    `${joules}, ${number((time) => time.steps, 0)} steps${setting ? `; ${settingName(setting)}` : ""}`
  );
}

const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
