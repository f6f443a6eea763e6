import { join } from "node:path";
import { type NdArray, ndarray, takeRows } from "../array";
import { expected } from "../errors";
import { projectRoot, restoreAdvice } from "../files/project";
import { type FileRecord, readVerified } from "../files/verified";
import { rng } from "../random";
import { originOf } from "./origin";
import { readRecord } from "./record";
import type { Dataset, Samples } from "./samples";
import type { Column } from "./table-columns";

/** Options of {@link concrete}. */
export interface ConcreteOptions {
  /** Which random split of the recipes. Default 0. */
  readonly split?: number;
  /** The share of recipes in the test split. Default 0.4. */
  readonly test?: number;
}

/** Rows of the table in physical units, and the recipe that each was made by. */
export interface ConcreteSamples extends Samples {
  /** A number for each recipe: rows of one number differ in age and strength only. */
  readonly recipes: Int32Array;
}

export interface ConcreteDataset extends Dataset {
  /** Mixes to learn from. */
  readonly train: ConcreteSamples;
  /** Mixes to judge by, of recipes that are not among those for training. */
  readonly test: ConcreteSamples;
  /** What the columns of x are. */
  readonly columns: readonly Column[];
}

/** The columns of `concrete()`, in their order: seven ingredients, the age at the test, and its outcome. */
export const concreteColumns: readonly Column[] = Object.freeze(
  [
    ["cement", "kg/m³"],
    ["slag", "kg/m³"],
    ["fly ash", "kg/m³"],
    ["water", "kg/m³"],
    ["plasticizer", "kg/m³"],
    ["coarse", "kg/m³"],
    ["fine", "kg/m³"],
    ["age", "days"],
    ["strength", "MPa"],
  ].map(([name, unit]) => Object.freeze({ name, unit })),
);

interface ConcreteRecord {
  readonly source: string;
  readonly licence: string;
  readonly files: Readonly<Record<string, FileRecord>>;
}

/** How many of the columns are ingredients: what makes a recipe. */
const ingredients = 7;

/**
 * Mixes of concrete and their compressive strength at some age (Yeh, 1998): rows `[n, 9]` in physical units,
 * split by recipe, in a random order. Rows that repeat an earlier one are left out. See datasets/concrete.md.
 *
 * @example
 * const { train, columns } = await concrete({ split: 1 });
 * train.x.shape; // [n, 9]
 * columns[8]; // { name: "strength", unit: "MPa" }
 * @throws when the file is missing or differs from its checksum in datasets/concrete.json, or `test` is not
 * between 0 and 1.
 */
export async function concrete(options: ConcreteOptions = {}): Promise<ConcreteDataset> {
  const { split = 0, test = 0.4 } = options;
  if (!(test > 0 && test < 1)) throw expected("a test share between 0 and 1", `${test}`);
  const root = projectRoot();
  const record = await readRecord<ConcreteRecord>(root, "concrete");
  const files = await readVerified({
    what: "concrete",
    folder: join(root, "datasets", "concrete"),
    files: record.files,
    restore: restoreAdvice("datasets/concrete", root),
  });
  const [, ...lines] = files["concrete.csv"].toString("utf8").trim().split("\n");
  const rows = [...new Set(lines)].map((line) => line.split(","));
  const width = concreteColumns.length;
  const x = ndarray([rows.length, width], Float32Array.from(rows.flat(), Number));
  const keys = rows.map((row) => row.slice(0, ingredients).join());
  const names = [...new Set(keys)];
  const numbers = new Map(names.map((key, number) => [key, number]));
  const recipes = Int32Array.from(keys, (key) => numbers.get(key) as number);
  const order = rng("concrete").fork("split", split);
  const held = new Set(order.permutation(names.length).subarray(0, Math.round(test * names.length)));
  const mixed = Array.from(order.fork("rows").permutation(rows.length));
  const part = (inTest: boolean) =>
    of(
      x,
      recipes,
      mixed.filter((row) => held.has(recipes[row]) === inTest),
    );
  return Object.freeze({
    name: "concrete",
    classes: Object.freeze([]),
    origin: originOf("concrete", record, record.files["concrete.csv"].sha256),
    columns: concreteColumns,
    train: part(false),
    test: part(true),
  });
}

const of = (x: NdArray, recipes: Int32Array, rows: readonly number[]): ConcreteSamples =>
  Object.freeze({ x: takeRows(x, rows), recipes: Int32Array.from(rows, (row) => recipes[row]) });
