import { basename, join } from "node:path";
import { concatRows, type NdArray, sliceRows } from "../../array";
import { atBase, averagePool, inpainting, nearestUp, type Start } from "../../couplings";
import { clipped, type Samples, savePngs, take } from "../../data";
import { expected } from "../../errors";
import { imageGrid } from "../../figures";
import { writeAtomically } from "../../files/atomic-write";
import { saveNpy } from "../../formats";
import { type Rng, rng } from "../../random";
import { solveOde } from "../../samplers";
import { formatNumber } from "../../text";
import { wrongCall } from "../exit-codes";
import { chosen } from "./chosen";
import type { Given } from "./command-options";
import type { Context } from "./context";
import { inputImages, inputMask } from "./input-images";
import { repeatRows } from "./repeat-rows";
import { imagesTo } from "./sample-out";
import { rangeOf, type TrainSettings } from "./settings";
import { counted, shown } from "./shown";
import { solverOf } from "./solver";
import type { sampleSpecs } from "./specs";
import type { Trained } from "./trained";

type Options = Given<typeof sampleSpecs>;

/** Starts of the flow, with names for what becomes of them, and rows of pictures to show beside them. */
interface Starts {
  readonly start: Pick<Start, "x0" | "xi">;
  readonly names?: readonly string[];
  readonly labels?: Int32Array;
  readonly beside: readonly { readonly label: string; readonly images: NdArray; readonly last?: boolean }[];
}

/** Draws images, and writes them and what they were drawn by. @throws UsageError as `sample`. */
export async function sampleImages(trained: Trained, given: Options, context: Context): Promise<number> {
  const { line, signal } = context;
  const { about, name } = trained;
  if (given.input && given.count) throw wrongCall(expected("--input, or --count", "both"));
  const { folder, file } = imagesTo(given, join(trained.home, trained.own ? "samples" : `${name}-samples`));
  const { seed = 0, format = "png" } = given;
  const { method, settings } = solverOf(given);
  const source = rng(seed).fork("sample");
  const { start, names, labels, beside } = await imageStarts(trained, given, source, line.print);
  const { x, nfe, warnings } = await solveOde(trained.b, atBase(start), {
    ...{ method, batch: 64, signal },
    onStep: ({ t, done, samples }) => line.update(`sampling ${done}/${samples} · t = ${t.toFixed(3)}`),
  });
  for (const warning of warnings) line.print(`note: ${warning}`);
  const [n] = x.shape;
  const what = counted(n, "image");
  const { input, mask, class: asked } = given;
  const record = (written: readonly string[]) =>
    `${JSON.stringify({ model: name, weights: about.file.sha256, seed, ...settings, nfe, input, mask, class: asked, files: written }, null, 2)}\n`;
  if (file !== undefined) {
    saveNpy(file, inRange(x));
    writeAtomically(`${file}.json`, record([basename(file)]));
    line.print(`${what} in ${shown(file)}, ${counted(formatNumber(nfe, 3), "evaluation")} each.`);
    return 0;
  }
  const out = folder!;
  const written =
    format === "npy"
      ? ["samples.npy"]
      : savePngs(out, x, { ...(names && { names }), ...(labels && { labels, classes: about.classes }) });
  if (format === "npy") saveNpy(join(out, "samples.npy"), inRange(x));
  const sheet = await sheetOf(about.title, [
    { label: "start", images: start.x0 },
    ...beside.filter(({ last }) => !last),
    { label: "sample", images: x },
    ...beside.filter(({ last }) => last),
  ]);
  if (sheet) writeAtomically(join(out, "sheet.png"), sheet);
  writeAtomically(join(out, "samples.json"), record(written));
  line.print(
    `${what} in ${shown(out)}, ${counted(formatNumber(nfe, 3), "evaluation")} each; sheet.png shows ${n === 1 ? "it" : "them"} side by side.`,
  );
  return 0;
}

const inRange = ({ shape, data }: NdArray) => ({ shape, data: Float32Array.from(data, clipped) });

/** Where images start, by what was given or else from held-out ones. */
async function imageStarts(
  trained: Trained,
  given: Options,
  source: Rng,
  print: (line: string) => void,
): Promise<Starts> {
  const { about, coupling } = trained;
  const [height, width, channels] = about.image!;
  const { count = 8, draws = 1 } = given;
  if (about.task === "classes") {
    const names = Object.fromEntries(about.classes.map((name, k) => [name, k]));
    const asked = (given.class ?? about.classes).map((name) => chosen("class", name, names));
    const labels = Int32Array.from({ length: asked.length * count }, (_, k) => asked[Math.floor(k / count)]);
    const shape = [labels.length, height, width, channels];
    const start = coupling.start!({ shape, labels }, source);
    return {
      start,
      labels,
      names: Array.from(labels, (_, k) => `${k % count}`.padStart(4, "0")),
      beside: [],
    };
  }
  const { factor = 1 } = about;
  const reading = imageReading(trained, given);
  const small = { height: height / factor, width: width / factor, channels, ...reading } as const;
  const read = given.input && (await inputImages(given.input, small, print));
  const heldOut = read ? undefined : await heldOutOf(trained, count, print);
  const truth = read ? (factor > 1 ? nearestUp({ factor })(read.x) : read.x) : heldOut!.x;
  const x = repeatRows(truth, draws);
  const names = read && repeatedNames(read.names, draws);
  if (about.task === "super-resolution") {
    const start = await coupling.draw({ x }, source);
    const low = averagePool({ factor })(x);
    const beside = [
      { label: "given", images: nearestUp({ factor })(low) },
      ...(heldOut ? [{ label: "truth", images: x, last: true }] : []),
    ];
    return { start, ...(names && { names }), beside };
  }
  const mask = given.mask && (await inputMask(given.mask, { height, width, channels, ...reading }));
  const keep = mask && concatRows(Array.from({ length: x.shape[0] }, () => mask));
  const masked = keep ? inpainting({ mask: { name: "as given", draw: () => keep } }) : coupling;
  const start = await masked.draw({ x }, source);
  const label = heldOut ? "truth" : "given";
  return { start, ...(names && { names }), beside: [{ label, images: x, last: true }] };
}

/** How the model's images were read, unless it is said otherwise. */
function imageReading({ about, ...trained }: Trained, { range, layout }: Options) {
  const settings: Partial<TrainSettings> = trained.settings?.() ?? {};
  return {
    fit: settings.fit ?? "crop",
    range: range ? rangeOf(range) : about.range,
    layout: (layout as TrainSettings["layout"]) ?? settings.layout,
  };
}

/** Held-out images, from the first. */
async function heldOutOf(trained: Trained, count: number, print: (line: string) => void): Promise<Samples> {
  const { test } = await trained.data(print, { advice: "Put them back, or give others by --input." });
  const [held] = test.x.shape;
  if (count > held) {
    print(`note: ${held} ${held === 1 ? "image is" : "images are"} held out, and no more are drawn`);
  }
  return take(test, Math.min(count, held));
}

const repeatedNames = (names: readonly string[], times: number) =>
  times === 1
    ? names
    : names.flatMap((name) => Array.from({ length: times }, (_, k) => `${name}-draw-${k + 1}`));

async function sheetOf(title: string, rows: readonly { label: string; images: NdArray }[]) {
  const shown = rows.map(({ label, images }) => ({ label, images: sliceRows(images, 0, 12) }));
  const alt = `Rows of images: ${rows.map(({ label }) => label).join(", ")}.`;
  const bundle = await imageGrid({ title, alt, rows: shown }).toBundle();
  const png = bundle["image/png"];
  return typeof png === "string" ? Buffer.from(png, "base64") : undefined;
}
