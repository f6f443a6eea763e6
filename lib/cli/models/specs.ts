import { extname } from "node:path";
import { expected } from "../../errors";
import type { Given, OptionSpecs } from "./command-options";
import { readingSpecs } from "./settings";

// What the commands take; here, apart from what they do, so that their help and mistakes cost no time.

const adaptive = ["dopri5", "bosh3"];
const fixed = ["euler", "midpoint", "heun", "rk4", "adams-bashforth"];

/** The options that choose a solver. */
export const solverSpecs = {
  solver: {
    type: "text",
    value: "NAME",
    choices: [...adaptive, ...fixed],
    help: "dopri5 (default) or bosh3, whose steps adapt; euler, midpoint, heun, rk4 or adams-bashforth",
  },
  tolerance: {
    type: "number",
    value: "ERROR",
    range: [1e-9, 1],
    help: "of dopri5 and bosh3: the error of a step, relative and absolute (default: 0.001)",
  },
  steps: { type: "whole", value: "N", help: "of the others: how many (default: 20)" },
} as const satisfies OptionSpecs;

/** @throws UsageError when a solver doesn't take what was given. */
export function checkSolver({ solver = "dopri5", tolerance, steps }: Given<typeof solverSpecs>): void {
  if (adaptive.includes(solver) && steps !== undefined) {
    const advice = "Or choose --solver midpoint.";
    throw expected("--tolerance for a solver whose steps adapt", `--steps ${steps}`, advice);
  }
  if (fixed.includes(solver) && tolerance !== undefined) {
    throw expected(`--steps for --solver ${solver}`, `--tolerance ${tolerance}`);
  }
}

/** The options of `sample`. */
export const sampleSpecs = {
  input: {
    type: "list",
    value: "A,B",
    help: "images, folders or arrays of them, or a table's file with gaps (default: held-out data)",
  },
  mask: {
    type: "text",
    value: "FILE",
    help: "in-painting: an image, white where to fill, or an array, not 0 there (default: random tiles)",
  },
  ...readingSpecs,
  class: { type: "list", value: "A,B", help: "classes: which to draw (default: all)" },
  given: { type: "list", value: "A=1,B=2", help: "table: draw rows in which these values are known" },
  count: {
    type: "whole",
    value: "N",
    help: "how many, without --input: images, of each class, or rows (default: 8)",
  },
  draws: {
    type: "whole",
    value: "N",
    help: "how often each input is filled, enlarged or completed (default: 1)",
  },
  out: {
    type: "text",
    value: "PATH",
    help: "a new folder or a .npy file; for a table a .csv or .npy file or - (default: in MODEL)",
  },
  format: {
    type: "text",
    value: "KIND",
    choices: ["png", "npy"],
    help: "images: png (default) or npy, in [-1, 1]",
  },
  seed: { type: "whole", value: "N", range: [0, Number.MAX_SAFE_INTEGER], help: "of the draws (default: 0)" },
  ...solverSpecs,
  force: { type: "flag", help: "write into a folder, or over a file, that is there" },
} as const satisfies OptionSpecs;

/** The options of `evaluate`. */
export const evaluateSpecs = {
  data: {
    type: "text",
    value: "PATH",
    help: "where the data that it was trained on are now, if they were moved",
  },
  on: {
    type: "text",
    value: "PATH",
    help: "measure on these instead of the held-out data: a folder, array or table of the same kind",
  },
  labels: {
    type: "text",
    value: "FILE",
    help: "with --on, of an array for a model of classes: the class of each image, whole numbers from 0",
  },
  count: { type: "whole", value: "N", help: "images or rows, from the first (default: 256)" },
  seed: { type: "whole", value: "N", range: [0, Number.MAX_SAFE_INTEGER], help: "of the draws (default: 0)" },
  ...solverSpecs,
  out: {
    type: "text",
    value: "FILE",
    help: "where the measures go (default: evaluation.json in MODEL; with --on evaluation-NAME.json)",
  },
  force: { type: "flag", help: "replace measures that are there and from more samples or other data" },
} as const satisfies OptionSpecs;

/** The options of `export`. */
export const exportSpecs = {
  out: {
    type: "text",
    value: "FILE",
    help: "the .onnx file (default: model.onnx in MODEL); FILE.json goes beside it",
  },
  batch: { type: "text", value: "N", help: "samples at once: any (default) or a number" },
  force: { type: "flag", help: "replace a file that is there and of another model" },
} as const satisfies OptionSpecs;

/** How many samples an exported model takes. @throws UsageError unless "any" or a whole number above 0. */
export function batchOf({ batch = "any" }: Given<typeof exportSpecs>): number | "any" {
  const count = Number(batch);
  if (batch === "any" || (Number.isSafeInteger(count) && count > 0)) return batch === "any" ? batch : count;
  throw expected("any or a whole number above 0 as --batch", `"${batch}"`);
}

/** @throws UsageError for another kind of file. */
export function checkOnnxFile({ out }: Given<typeof exportSpecs>): void {
  if (out !== undefined && extname(out).toLowerCase() !== ".onnx") {
    throw expected("an .onnx file as --out", `"${out}"`);
  }
}
