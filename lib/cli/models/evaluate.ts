import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { arrayPath } from "../../data/arrays/read-array";
import { writeAtomically } from "../../files/atomic-write";
import { formatNumber } from "../../text";
import type { Given } from "./command-options";
import { type Context, wrongUsage } from "./context";
import type { Evaluation, Measure } from "./evaluation";
import { evaluate } from "./measures";
import { type NewData, newData } from "./new-data";
import { fileFor } from "./out";
import { dataPath } from "./settings";
import { counted, shown } from "./shown";
import { solverOf } from "./solver";
import type { evaluateSpecs } from "./specs";
import { files, openTrained } from "./trained";

/** Measures a model on data that it has not seen, prints the measures and writes them. */
export async function evaluateModel(
  named: string,
  given: Given<typeof evaluateSpecs>,
  { line, signal }: Context,
): Promise<number> {
  const { count = 256, seed = 0 } = given;
  const trained = await openTrained(named);
  if (given.labels !== undefined && given.on === undefined) {
    throw wrongUsage("--labels is for --on, for data that are not those of the model.");
  }
  const name = given.on === undefined ? files.evaluation : evaluationOn(given.on);
  const usual = join(trained.home, trained.own ? name : `${trained.name}-${name}`);
  const path = given.out === undefined ? usual : fileFor(given.out);
  if (given.data !== undefined && !trained.own) {
    throw wrongUsage(`--data is not for ${named}, whose data come with the library.`);
  }
  const { method, settings } = solverOf(given);
  line.update(`evaluating ${trained.about.title}`);
  const before = weightsAndSamples(path);
  const on = given.on === undefined ? undefined : dataPath(given.on);
  if (before?.weights !== undefined && before.on !== on && !given.force) {
    const where = before.on === undefined ? "the model's own data" : before.on;
    throw wrongUsage(
      `${shown(path)} has measures on ${where}: nothing was measured. Choose --out, or add --force.`,
    );
  }
  const better = before?.weights === trained.about.file.sha256 && before.samples > count;
  if (better && !given.force) {
    throw wrongUsage(
      `${shown(path)} has measures on ${counted(before.samples, "sample")}, and these would be on ${count}: nothing was ` +
        "measured. Choose --out, or add --force.",
    );
  }
  const fresh =
    given.on === undefined
      ? undefined
      : await newData(trained, { path: given.on, labels: given.labels, count, print: line.print });
  const found = await evaluate({
    ...{ trained, count, method, seed, signal, print: line.print },
    ...(fresh && { fresh }),
    ...(given.data !== undefined && { data: given.data }),
  });
  line.close();
  for (const text of tableOf(trained.about.title, found, fresh)) console.log(text);
  const source = fresh && { on: fresh.path, checksum: fresh.checksum };
  const content = {
    model: trained.name,
    weights: trained.about.file.sha256,
    seed,
    ...settings,
    ...source,
    ...found,
  };
  writeAtomically(path, `${JSON.stringify(content, null, 2)}\n`);
  line.print(`Written to ${shown(path)}.`);
  return 0;
}

function weightsAndSamples(path: string): { weights: string; samples: number; on?: string } | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** `evaluation-NAME.json`, by the file or folder that is measured on. */
function evaluationOn(path: string): string {
  const name = basename(arrayPath(path).file).replace(/(\.[^.]+)?(\.gz)?$/, "");
  return files.evaluation.replace(".json", `-${name.replace(/[^\p{L}\p{N}._-]+/gu, "-") || "data"}.json`);
}

/** The measures as lines of equal columns. */
function tableOf(
  title: string,
  { samples, nfe, measures }: Evaluation,
  fresh: NewData | undefined,
): readonly string[] {
  const text = (value: number) => formatNumber(value, 3);
  const beside = ({ beside }: Measure) =>
    Object.entries(beside)
      .map(([name, value]) => `${name} ${text(value)}`)
      .join(", ");
  const rows = [
    ["measure", "value", "95 % interval", "beside"],
    ...measures.map((measure) => {
      const { name, value, low, high } = measure;
      return [name, text(value), `${text(low)} to ${text(high)}`, beside(measure)];
    }),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const where =
    fresh === undefined
      ? `: ${counted(samples, "held-out sample")}`
      : `, on ${fresh.name}, not its own held-out data: ${counted(samples, "sample")}`;
  return [`${title}${where}, ${counted(formatNumber(nfe, 3), "evaluation")}`, "", ...lines, ""];
}
