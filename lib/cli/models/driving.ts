import type { NdArray } from "../../array";
import type { classBases } from "../../couplings";
import type { ExportedVelocity } from "../../experiments/models/velocity-program";
import type { Trained } from "./trained";

/** What a program in any language needs to sample from an exported model: the JSON beside the ONNX file. */
export type Driving = Readonly<Record<string, unknown>>;

const meanings: Readonly<Record<string, string>> = {
  x: "the present state of the flow",
  t: "the present time of each sample, from 0 to 1; usually the same for all",
  labels: "the index of the class asked for, in `classes`",
  embedding: "what is known of each sample",
};

/** What `keep` and `image` are, by task. */
const special: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "in-painting": { keep: "the mask: 1 where a pixel is known, 0 in the hole" },
  "super-resolution": { image: "the given image, each pixel repeated `factor` times in both directions" },
  table: {
    keep: "1 where a coordinate is known, 0 where it is to be drawn",
    image: "zeros, when rows are filled in or drawn",
  },
};

/** How a model is driven. @param file the ONNX file's name, size and checksum */
export function drivingOf(
  { about, coupling, model }: Trained,
  { inputs, output }: ExportedVelocity,
  file: { readonly name: string; readonly bytes: number; readonly sha256: string },
): Driving {
  const { task, image, classes } = about;
  const described = inputs.map((port) => ({
    ...port,
    meaning: special[task]?.[port.name] ?? meanings[port.name] ?? "a part of the condition ξ",
  }));
  return {
    format: "interpolants onnx 1",
    title: about.title,
    task,
    file,
    opset: 20,
    equation:
      "dx/dt = velocity(x, t, condition): start at t = 0 with x0 and integrate to t = 1, where x is a sample",
    time: { start: 0, end: 1 },
    inputs: described,
    output: { ...output, meaning: "dx/dt, of x's shape; exactly 0 where keep is 1" },
    noise: "independent normal numbers of mean 0 and deviation 1, of x's shape",
    x0: startOf(task, about.labels?.base ?? false),
    solver: { name: "midpoint", steps: 20, note: "any solver of ordinary differential equations will do" },
    ...(image && {
      pixels: {
        axes: ["n", "height", "width", "channels"],
        channels: image[2] === 3 ? ["red", "green", "blue"] : ["grey"],
        fromBytes: "byte / 127.5 - 1",
        toBytes: "round((clip(value, -1, 1) + 1) * 127.5)",
      },
    }),
    ...(task === "in-painting" && {
      masks: `trained on holes of tiles: the image cut into ${about.tiles!.grid} × ${about.tiles!.grid}, each in the hole with probability ${about.tiles!.p}`,
    }),
    ...(task === "super-resolution" && { factor: about.factor, sigma: about.sigma }),
    ...(task === "classes" && { classes }),
    ...(about.labels?.base && { base: basesOf(coupling as ReturnType<typeof classBases>) }),
    ...(about.columns && { columns: about.columns, coding }),
    parameters: Object.values(model.network.shapes).reduce(
      (sum, shape) => sum + shape.reduce((a, b) => a * b, 1),
      0,
    ),
  };
}

/** How x0 is made. */
function startOf(task: string, base: boolean): string {
  if (task === "in-painting") return "keep * image + (1 - keep) * noise, with the known pixels of `image`";
  if (task === "super-resolution") return "image + sigma * noise";
  if (task === "table") return "keep * row + (1 - keep) * noise, with the known coordinates of `row`";
  return base
    ? "base.means[label] + base.deviations[label] * noise, with the class asked for as label"
    : "noise";
}

/** What the coordinates of a table's columns are. */
const coding = {
  numeric: "span[0]: (value − mean) / deviation, of log(value) where log is true; round where whole is true",
  date: "span[0]: (days since 1970-01-01 − mean) / deviation",
  ordinal: "span[0]: (index in levels − mean) / deviation",
  categorical:
    "of two levels span[0]: −1 or 1; of more, span[0] … span[1] − 1: 1 at the level's index, else −1",
};

const basesOf = ({ means, deviations }: { means: NdArray; deviations: NdArray }) => ({
  note: "one mean and one deviation for each pixel of each class: little-endian float32 in base64, by shape",
  means: encoded(means),
  deviations: encoded(deviations),
});

function encoded({ shape, data }: NdArray) {
  const bytes = Buffer.alloc(4 * data.length);
  for (const [k, value] of data.entries()) bytes.writeFloatLE(value, 4 * k);
  return { shape, base64: bytes.toString("base64") };
}
