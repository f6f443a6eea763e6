import { type ImageFolder, imageFolder, type TableDataset, table } from "../../data";
import { patternOf, type TrainSettings } from "./settings";

/** The data of a training, with what became of files or columns. */
export type OwnData =
  | { readonly kind: "images"; readonly data: ImageFolder }
  | { readonly kind: "table"; readonly data: TableDataset };

/**
 * Reads the data that settings ask for; images are decoded once, then kept.
 * @param print receives lines about files that can't be used
 * @throws as `imageFolder` and `table` do.
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
  const data = await imageFolder(path, {
    ...{ size, fit, limit, seed, licence, onProgress },
    ...(group !== undefined && { group: patternOf(group) }),
    split: { ...(test !== undefined && { test }), apart },
    log: print,
  });
  return { kind: "images", data };
}
