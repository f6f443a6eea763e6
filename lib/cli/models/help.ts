import { type OptionSpecs, optionLines } from "./command-options";
import { trainSpecs } from "./settings";

export const overview = `Trains flows on your own images and tables, samples from them, measures and exports them.

  interpolants train DATA        learn from a folder of images or a table's file
  interpolants sample MODEL      fill, enlarge or draw images; fill or draw rows
  interpolants evaluate MODEL    measure it on data that it has not seen
  interpolants export MODEL      an ONNX file, and how to drive it from any language

Each with --help. MODEL is the folder that train wrote, or the name of a model that comes with the library.

  npx interpolants train photos
  npx interpolants sample photos-in-painting --input photo.png --mask mask.png
  npx interpolants train measurements.csv
  npx interpolants sample measurements-table --input rows-with-gaps.csv`;

const texts: Readonly<Record<string, { readonly text: string; readonly specs: OptionSpecs }>> = {
  train: {
    specs: trainSpecs,
    text: `Learns from your images or your table, and writes a folder that the other commands take.

  interpolants train DATA [options]

  interpolants train photos                                   in-painting at 32×32
  interpolants train photos --task super-resolution --size 64
  interpolants train photos --task classes                    classes are subfolders
  interpolants train measurements.csv --ignore id,comment     fills any cells from any others
  interpolants train photos --dry-run                         looks at the data, and stops
  interpolants train --config photos-in-painting/config.json --seed 1 --out again

The folder holds the weights (model.safetensors), what they are (model.json), the options as used
(config.json, which --config takes), how they came about (record.json, losses.csv) and the data's card. Stop
it at any time: the same command goes on where it was. What is finished is never replaced unasked.`,
  },
};

/** The help of a command. */
export function commandHelp(name: string): string {
  const { text, specs } = texts[name];
  return `${text}\n\n${optionLines(specs)}`;
}
