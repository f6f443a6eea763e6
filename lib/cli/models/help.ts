import { exitCodesHelp } from "../exit-codes";
import { type OptionSpecs, optionLines } from "./command-options";
import { trainSpecs } from "./settings";
import { evaluateSpecs, exportSpecs, sampleSpecs } from "./specs";

export const overview = `Trains flows on your own images, arrays and tables, samples from them, measures and exports them.

  interpolants train DATA        learn from a folder of images, an array or a table's file
  interpolants sample MODEL      fill, enlarge or draw images; fill or draw rows
  interpolants evaluate MODEL    measure it on data that it has not seen
  interpolants export MODEL      an ONNX file, and how to drive it from any language

Each with --help; --version says which version this is. MODEL is the folder that train wrote, or the name of a
model that comes with the library.

  npx interpolants train photos
  npx interpolants sample photos-in-painting --input photo.png --mask mask.png
  npx interpolants train measurements.csv
  npx interpolants sample measurements-table --input rows-with-gaps.csv

${exitCodesHelp}`;

const texts: Readonly<Record<string, { readonly text: string; readonly specs: OptionSpecs }>> = {
  train: {
    specs: trainSpecs,
    text: `Learns from your images, arrays or table, and writes a folder that the other commands take.

  interpolants train DATA [options]

  interpolants train photos                                   in-painting at 32×32
  interpolants train photos --task super-resolution --size 64
  interpolants train photos --task classes                    classes are subfolders
  interpolants train faces.npy                                [n, h, w] or [n, h, w, 3], bytes or floats
  interpolants train faces.npz:x --labels faces.npz:y --task classes
  interpolants train measurements.csv --ignore id,comment     fills any cells from any others
  interpolants train measurements.npy                         rows [n, d], as columns x1 to xd; [n] as x
  interpolants train photos --dry-run                         looks at the data, and stops
  interpolants train --config photos-in-painting/config.json --seed 1 --out again

The folder holds the weights (model.safetensors), what they are (model.json), the options as used
(config.json, which --config takes), how they were made (record.json, losses.csv) and the data's card. Stop
it at any time: the same command goes on where it was. What is finished is never replaced unasked.`,
  },
  sample: {
    specs: sampleSpecs,
    text: `Draws from a model: fills holes in images, enlarges them, draws images of a class; fills gaps in rows of a
table, or draws rows given some of their values.

  interpolants sample MODEL [options]

  interpolants sample photos-in-painting                            held-out images, random holes
  interpolants sample photos-in-painting --input photo.png --mask mask.png --draws 4
  interpolants sample photos-super-resolution --input small.png
  interpolants sample faces-in-painting --input new.npy --mask mask.npy --format npy
  interpolants sample photos-classes --class cat,dog --count 16
  interpolants sample measurements-table --input rows-with-gaps.csv --out filled.csv
  interpolants sample measurements-table --given "age=28,cement=300" --count 100 --out - | head
  interpolants sample emoji-32-inpainting --solver adams-bashforth --steps 12  a library model

Images are cropped and resized to what the model takes. Known pixels and cells come out as they went in.
The same seed, inputs and solver give the same samples, which samples.json records.`,
  },
  evaluate: {
    specs: evaluateSpecs,
    text: `Measures a model on data that it has not seen, prints the measures with their 95 % intervals beside what
simple methods or real samples get, and writes them.

  interpolants evaluate MODEL [options]

  interpolants evaluate photos-in-painting
  interpolants evaluate emoji-8-to-32 --count 64 --out measures.json
  interpolants evaluate photos-in-painting --on other-photos      data that are none of its own

In-painting: the error in the hole, and how well a classifier tells filled from true images (0.5 is perfect).
Super-resolution: PSNR, that accuracy, and the error of the low resolution. Classes: whether a sample's nearest
training image is of its class, and the kernel distance to held-out images. Tables: a fifth of the known
cells is hidden and drawn 19 times; a number drawn from its law lies between the second lowest and the second
highest of these in 80 %.`,
  },
  export: {
    specs: exportSpecs,
    text: `Writes a model as ONNX for any runtime and language, and beside it a JSON that says how to drive it: inputs
and what they mean, where the flow starts and ends, pixels, classes, columns, a solver.

  interpolants export MODEL [options]

  interpolants export photos-in-painting
  interpolants export emoji-32-inpainting --out emoji.onnx --batch 16

The file holds the velocity dx/dt; all operators are of the ONNX standard, and it takes any number of samples.`,
  },
};

/** The help of a command. */
export function commandHelp(name: string): string {
  const { text, specs } = texts[name];
  return `${text}\n\n${optionLines(specs)}\n\n${exitCodesHelp}`;
}
