import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ClassGaussianCoupling } from "../../couplings";
import { describe, type TableDataset } from "../../data";
import { expected, UsageError } from "../../errors";
import { ownImages, saveModel, trainModel } from "../../experiments/models";
import { tableNetwork, trainTable } from "../../experiments/models/own-table";
import { saveNetwork } from "../../fields";
import { dataCard } from "../../figures";
import { writeAtomically } from "../../files/atomic-write";
import { withLock } from "../../files/lock";
import { sha256 } from "../../files/sha256";
import { loadSafetensors } from "../../formats";
import { type Network, parameterCount } from "../../networks";
import { progressText } from "../../notebook/progress-text";
import { duration, formatNumber, momentText } from "../../text";
import type { Progress, RunOptions } from "../../training";
import { differences } from "../../training/checkpoint";
import { previousOf } from "../../training/generations";
import { NotFiniteError } from "../../training/messages";
import { environment } from "../environment";
import { wrongCall } from "../exit-codes";
import { quoted } from "../shell-word";
import type { ModelAbout } from "./about";
import { cardText } from "./card-text";
import type { Given } from "./command-options";
import { type Context, wrongUsage } from "./context";
import { alsoIn } from "./new-data";
import { contentOf, folderFor } from "./out";
import { type OwnData, ownData } from "./own-data";
import { outName, type TrainSettings, type trainSpecs, usualRate } from "./settings";
import { counted, shown } from "./shown";
import { files, trainedEnlargement, trainedTiles } from "./trained";

/** How a model came about: the content of record.json, which is written when the training is done. */
export interface TrainRecord {
  readonly status: "finished";
  readonly started: string;
  readonly finished: string;
  /** Of the run that finished it; of all of it unless it was resumed. */
  readonly seconds: number;
  readonly resumedAt?: number;
  /** The training that it goes on from under other options, from which step, and which options these are. */
  readonly branch?: unknown;
  readonly steps: number;
  readonly parameters: number;
  readonly loss: { readonly first: number; readonly last: number };
  readonly data: {
    readonly name: string;
    readonly checksum: string;
    readonly train: number;
    readonly test: number;
  };
  readonly model: { readonly sha256: string };
}

/** The training that is under way, beside its checkpoint. */
interface Begun {
  readonly settings: TrainSettings;
  readonly checksum: string;
  readonly started: string;
}

/**
 * Trains a model on one's own data and writes its folder. A training that was interrupted goes on; one that
 * is finished is left as it is.
 * @throws UsageError when the folder holds another model, AbortError when the training is stopped.
 */
export async function train(
  settings: TrainSettings,
  given: Given<typeof trainSpecs>,
  context: Context,
): Promise<number> {
  const { line } = context;
  const out = folderFor(given.out ?? outName(settings));
  const force = given.force ?? false;
  if (!force) refuseForeign(out);
  const finished = finishedIn(out);
  const anew = force || !finished;
  const origin = originOf(settings, out);
  if (!anew) refuseOther(out, differences(finished.settings, settings), finished.record);

  line.update(`reading ${settings.data}`);
  const own = await ownData(settings, line.print, (done, total) =>
    line.update(`reading ${settings.data}: ${done}/${total} images`),
  );
  const card = dataCard(own.data);
  const about = describe(own.data);
  if (!anew) {
    const other = finished.record.data.checksum === about.checksum ? [] : ["the data have changed"];
    refuseOther(out, other, finished.record);
    line.print(
      `${shown(out)} was finished ${momentText(new Date(finished.record.finished))}: nothing to do.`,
    );
    line.print(nextSteps(out, settings, context, about.test));
    return 0;
  }
  await assertUnseen(settings, { own, checksum: about.checksum, print: line.print });
  for (const text of cardText(own, card.facts)) line.print(text);
  const plan = await planOf(own, settings);
  const parameters = parameterCount(plan.network);
  const size = `${formatNumber(parameters / 1e6, 2)} million parameters`;
  line.print(`${plan.about.title}: ${size}, ${counted(settings.steps, "step")} of ${settings.batch}`);
  if (given["dry-run"]) {
    line.print(`A dry run: nothing was trained. The model would go to ${shown(out)}.`);
    return 0;
  }

  await withLock(
    join(out, ".lock"),
    async () => {
      const begun = begin(
        out,
        { settings, checksum: about.checksum, started: new Date().toISOString() },
        force,
      );
      await card.save(out, files.card);
      const at = performance.now();
      let latest: Progress | undefined;
      const path = join(out, files.model);
      const run: Partial<RunOptions> = {
        checkpoint: join(out, files.checkpoint),
        ...(origin !== undefined && { branchFrom: origin }),
        ...(given["checkpoint-every"] !== undefined && { checkpointSeconds: given["checkpoint-every"] }),
        signal: context.signal,
        onProgress(progress) {
          if (!latest && progress.resumedAt !== undefined)
            line.print(`resumed at step ${progress.resumedAt}`);
          latest = progress;
          line.update(progressText("training", { ...progress, resumedAt: undefined }));
        },
      };
      const { losses } = await plan.train(run, path).catch((error: unknown) => {
        throw error instanceof NotFiniteError ? diverged(error, out, settings) : error;
      });
      const seconds = (performance.now() - at) / 1000;
      const bytes = readFileSync(path);
      const file = { bytes: bytes.length, sha256: sha256(bytes) };
      const recent = losses.subarray(Math.max(0, losses.length - 25));
      const record: TrainRecord = {
        status: "finished",
        started: begun.started,
        finished: new Date().toISOString(),
        seconds,
        ...(latest?.resumedAt !== undefined && { resumedAt: latest.resumedAt }),
        ...branchIn(out),
        steps: settings.steps,
        parameters,
        loss: { first: losses[0], last: recent.reduce((sum, loss) => sum + loss, 0) / recent.length },
        data: about,
        model: { sha256: file.sha256 },
        ...(await environment(context.root, libraryPackages)),
      };
      writeJson(join(out, files.about), { ...plan.about, file });
      writeAtomically(join(out, files.losses), lossesText(losses));
      writeJson(join(out, files.config), settings);
      writeJson(join(out, files.record), record);
      forgetTraining(out);
      rmSync(join(out, files.training), { force: true });
      const since = record.resumedAt === undefined ? "" : " since it was resumed";
      const loss = formatNumber(record.loss.last, 4);
      line.print(`Trained ${shown(out)} in ${duration(seconds)}${since}: loss ${loss}.`);
    },
    1,
  );
  line.print(nextSteps(out, settings, context, about.test));
  return 0;
}

/** Packages whose versions a result depends on. */
const libraryPackages = ["onnxruntime-node", "@tensorflow/tfjs-core", "sharp"];

interface Plan {
  readonly network: Network;
  readonly about: Omit<ModelAbout, "file">;
  /** Trains it, and writes it to the path. */
  train(run: Partial<RunOptions>, path: string): Promise<{ readonly losses: Float32Array }>;
}

/** What would be trained on these data. */
async function planOf(own: OwnData, settings: TrainSettings): Promise<Plan> {
  const { data } = own;
  const { task, steps, batch, width, seed, mirror, "learning-rate": learningRate } = settings;
  if (own.kind === "table" || task === "table") {
    const { spans, columns } = own.data as TableDataset;
    const options = { data: data.train, spans, width, steps, batch, learningRate, seed };
    return {
      network: tableNetwork(options),
      about: { title: `Rows of ${data.name}`, task: "table", classes: [], columns },
      async train(run, path) {
        const model = await trainTable(options, run);
        saveNetwork(path, model);
        return model;
      },
    };
  }
  const recipe = ownImages({ data, task, steps, batch, width, learningRate, seed, mirror });
  const loaded = await recipe.load();
  const [height, across, channels] = data.train.x.shape.slice(1);
  const base = task === "classes" ? (loaded.coupling as ClassGaussianCoupling) : undefined;
  return {
    network: recipe.network(loaded),
    about: {
      title: recipe.title,
      task,
      image: [height, across, channels],
      ...(own.data.range && { range: own.data.range }),
      classes: data.classes,
      ...(task === "classes" && { labels: { velocity: true, base: true } }),
      ...(task === "in-painting" && { tiles: trainedTiles }),
      ...(task === "super-resolution" && trainedEnlargement),
    },
    async train(run, path) {
      const model = await trainModel(recipe, run);
      const more = base && { "base.means": base.means, "base.deviations": base.deviations };
      saveModel(path, model, more);
      return model;
    },
  };
}

/** The finished training in a folder, if it holds one. */
function finishedIn(out: string): { settings: TrainSettings; record: TrainRecord } | undefined {
  if (!existsSync(join(out, files.record)) || !existsSync(join(out, files.model))) return undefined;
  try {
    const read = (name: string) => JSON.parse(readFileSync(join(out, name), "utf8"));
    const [settings, record] = [read(files.config), read(files.record)];
    // A training that is done anew was interrupted while it replaced the old one.
    return record.model.sha256 === sha256(readFileSync(join(out, files.model)))
      ? { settings: withRate(settings), record }
      : undefined;
  } catch {
    return undefined;
  }
}

/** @throws where a folder holds something, and no training. */
function refuseForeign(out: string): void {
  const content = contentOf(out);
  const trainings: readonly string[] = [files.training, files.about, files.checkpoint];
  if (content.length === 0 || content.some((name) => trainings.includes(name))) return;
  throw wrongUsage(
    `${shown(out)} holds other files, such as "${content[0]}", and no model: choose another --out, ` +
      "or add --force to write the model beside them.",
  );
}

/** @throws where what is in the folder differs from what would be trained. */
function refuseOther(out: string, others: readonly string[], record: TrainRecord): void {
  if (others.length === 0) return;
  throw wrongUsage(
    `${shown(out)} holds a model that was finished ${momentText(new Date(record.finished))}, and ` +
      `${others.join("; ")}. Choose another --out, or add --force to replace it once the new one is done.`,
  );
}

/**
 * Begins a training, or goes on with that of the same settings and data.
 * @throws when another one was begun in the folder.
 */
function begin(out: string, now: Begun, force: boolean): Begun {
  const path = join(out, files.training);
  const there = begunIn(path);
  if (there && existsSync(join(out, files.checkpoint))) {
    const others = differences(there.settings, JSON.parse(JSON.stringify(now.settings)));
    if (there.checksum !== now.checksum) others.push("the data have changed");
    if (others.length === 0) return there;
    if (!force) {
      throw wrongUsage(
        `${shown(out)} holds a training that was interrupted, and ${others.join("; ")}. Give its options ` +
          "to go on with it, choose another --out, or add --force to begin anew. With another --out, " +
          `--branch-from ${quoted(shown(out))} goes on from where it stood under these options.`,
      );
    }
  }
  forgetTraining(out);
  writeJson(path, now);
  return now;
}

/** Settings as an earlier version may have kept them, which had one learning rate for each task. */
const withRate = (settings: TrainSettings): TrainSettings => ({
  ...settings,
  "learning-rate": settings["learning-rate"] ?? usualRate(settings.task),
});

/**
 * The checkpoint that a training goes on from as a branch.
 * @throws where there is none in the folder, and the branch hasn't begun, or would be in the same folder.
 */
function originOf({ "branch-from": folder }: TrainSettings, out: string): string | undefined {
  if (folder === undefined) return undefined;
  if (resolve(folder) === resolve(out)) {
    throw wrongUsage(`A branch of ${shown(out)} needs a folder of its own: choose another --out.`);
  }
  const path = join(folder, files.checkpoint);
  if (existsSync(path) || existsSync(join(out, files.checkpoint)) || finishedIn(out)) return path;
  const finished = existsSync(join(folder, files.about));
  throw wrongCall(
    expected(
      "the folder of an interrupted training as --branch-from",
      `"${shown(folder)}", ${finished ? "where a training is finished" : "which has no checkpoint"}`,
    ),
  );
}

/**
 * Refuses to hold out samples that the training before a branch was trained on: measures would flatter it.
 * Where that training's data are gone, it can only be said that this isn't known.
 */
async function assertUnseen(
  { "branch-from": folder }: TrainSettings,
  {
    own,
    checksum,
    print,
  }: { readonly own: OwnData; readonly checksum: string; readonly print: (line: string) => void },
): Promise<void> {
  const before = folder === undefined ? undefined : begunIn(join(folder, files.training));
  if (!before || before.checksum === checksum) return;
  const { test = 0.2, seed, data } = before.settings;
  const parent = await ownData(before.settings, () => {}).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    print(`note: whether held-out samples were trained on before isn't known. ${error.message}`);
    return undefined;
  });
  if (!parent) return;
  const held = own.data.test;
  // Rows of tables are scaled by those for training, so that equal ones differ where the split does.
  const seen = own.kind === "table" ? "some" : alsoIn(parent.data.train, held);
  if (seen === 0) return;
  throw wrongCall(
    expected(
      "held-out samples that the training before, by --branch-from, hasn't seen",
      `${seen} of ${held.x.shape[0]} that it was trained on`,
      `Its data were ${quoted(data)}, split by --test ${test} --seed ${seed}.`,
    ),
  );
}

/** What its checkpoints say of the training that a branch goes on from. */
function branchIn(out: string): Pick<TrainRecord, "branch"> {
  const { branch } = loadSafetensors(join(out, files.checkpoint)).metadata;
  return branch === undefined ? {} : { branch: JSON.parse(branch) };
}

/** The error of a training that has diverged, with what to do about it here. */
function diverged(error: NotFiniteError, out: string, settings: TrainSettings): UsageError {
  const advice = `Try a lower --learning-rate than ${settings["learning-rate"]}`;
  const folder = quoted(shown(out));
  const branch = `: with --branch-from ${folder} and another --out it goes on from step ${error.saved}`;
  // What is finite may have run away already.
  const anew = ", or leave out --branch-from to begin anew";
  const more = error.saved > 0 ? branch : settings["branch-from"] === undefined ? "" : anew;
  return new UsageError(`${error.parts!.fact} ${advice}${more}.`);
}

/** A training that was begun; undefined where the file is gone or damaged. */
function begunIn(path: string): Begun | undefined {
  try {
    const begun = JSON.parse(readFileSync(path, "utf8")) as Begun | null;
    const whole = typeof begun?.settings === "object" && begun.settings !== null;
    return whole ? { ...begun, settings: withRate(begun.settings) } : undefined;
  } catch {
    return undefined;
  }
}

const writeJson = (path: string, content: unknown) =>
  writeAtomically(path, `${JSON.stringify(content, null, 2)}\n`);

const lossesText = (losses: Float32Array) =>
  `step,loss\n${Array.from(losses, (loss, k) => `${k + 1},${loss}\n`).join("")}`;

function nextSteps(out: string, { task }: TrainSettings, { program }: Context, heldOut: number): string {
  const folder = quoted(shown(out));
  // What is measured of restored images needs ten.
  const few = heldOut < 10 && (task === "in-painting" || task === "super-resolution");
  const samples: Readonly<Record<TrainSettings["task"], string>> = {
    "in-painting": "--input photo.png --mask mask.png",
    "super-resolution": "--input small.png",
    classes: "--count 8",
    table: "--input rows-with-gaps.csv",
  };
  return [
    "Next:",
    `  ${program} evaluate ${folder}${few ? " --on more-pictures" : ""}`,
    `  ${program} sample ${folder} ${samples[task]}`,
    `  ${program} export ${folder}`,
  ].join("\n");
}

/** Removes a training's checkpoint and the one before it. */
function forgetTraining(out: string): void {
  const path = join(out, files.checkpoint);
  for (const generation of [path, previousOf(path)]) rmSync(generation, { force: true });
}
