import { statSync } from "node:fs";
import { type ArrayDataset, arrays, type FileNote, imageFolder, type TableDataset, table } from "../../data";
import { arrayPath } from "../../data/arrays/read-array";
import { expected } from "../../errors";
import { patternOf, type TrainSettings } from "./settings";

/** The data of a training, with what became of files or columns. */
export type OwnData =
  | { readonly kind: "images"; readonly data: ArrayDataset & { readonly leftOut: readonly FileNote[] } }
  | { readonly kind: "table"; readonly data: TableDataset };

/**
 * Reads the data that settings ask for; images of a folder are decoded once, then kept.
 * @param print receives lines about files that can't be used
 * @throws as `imageFolder`, `arrays` and `table` do.
 */
export async function ownData(
  settings: TrainSettings,
  print: (line: string) => void,
  onProgress?: (done: number, total: number) => void,
): Promise<OwnData> {
  const { data: path, seed, test, licence } = settings;
  if (settings.task === "table") {
    const { target, ignore = [], categories = [], missing, decimal, dates } = settings;
    const columns = Object.fromEntries([
      ...ignore.map((name) => [name, "ignore"] as const),
      ...categories.map((name) => [name, "categorical"] as const),
    ]);
    const reading = { target, columns, missing, decimal, dates };
    const data = await table(path, { ...reading, split: { test }, seed, licence });
    return { kind: "table", data };
  }
  const { size, fit, group, apart, limit } = settings;
  if (!statSync(arrayPath(path).file).isDirectory()) return ownArray(settings);
  const data = await imageFolder(path, {
    ...{ size, fit, limit, seed, licence, onProgress },
    ...(group !== undefined && { group: patternOf(group) }),
    split: { ...(test !== undefined && { test }), apart },
    log: print,
  });
  return { kind: "images", data };
}

async function ownArray(settings: TrainSettings): Promise<OwnData> {
  const { data: path, labels, "class-names": classes, apart, test, ...options } = settings;
  const { range, layout, size, fit, limit, seed, licence } = options;
  const data = await arrays(
    { x: path, ...(labels !== undefined && { labels }) },
    {
      ...{ range, layout, size, fit, limit, seed, licence, classes },
      split: { ...(test !== undefined && { test }), apart },
    },
  );
  const [, , , channels] = data.train.x.shape;
  if (channels !== 1 && channels !== 3) {
    throw expected(
      "grey images, or images of 3 channels",
      `${channels} channels in "${path}"`,
      `Leave out the others, or say another order of axes: --layout ${settings.layout === "nchw" ? "nhwc" : "nchw"}.`,
    );
  }
  const unknown = data.train.labels?.includes(-1) || data.test.labels?.includes(-1);
  if (settings.task === "classes" && unknown) {
    throw expected("a class for each image with --task classes", "-1 for some", "Leave them out.");
  }
  return { kind: "images", data: { ...data, leftOut: [] } };
}
