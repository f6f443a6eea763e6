import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors";
import { restoreAdvice } from "../files/project";

/** The record `datasets/<name>.json`. @throws when it is missing or not JSON. */
export async function readRecord<T>(root: string, name: string): Promise<T> {
  const path = join(root, "datasets", `${name}.json`);
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (cause) {
    throw new UsageError(
      `Expected the record of a data set in "${path}", but it can't be read (${(cause as Error).message}). ` +
        `To restore it: ${restoreAdvice(`"datasets/${name}.json"`, root)}`,
    );
  }
}
