import { existsSync, rmSync } from "node:fs";
import { UsageError } from "../errors";
import { keepAlsoAs } from "../files/atomic-write";
import { OtherRunError } from "./checkpoint";

// Of a checkpoint two generations are kept: what the file at its path held before it was last written has
// another name beside it. The file at the path is never missing in between.

/** Where the generation before is kept: `a.previous.safetensors` beside `a.safetensors`. */
export const previousOf = (path: string) => path.replace(/(\.safetensors)?$/, ".previous$1");

/** The ending of a damaged file that was set aside. */
export const damagedEnding = ".damaged";

/** To be called before the file at `path` is written anew. @throws UsageError if the disk is full. */
export function keepPrevious(path: string): void {
  try {
    if (existsSync(path)) keepAlsoAs(path, previousOf(path));
    else rmSync(previousOf(path), { force: true }); // of a run whose checkpoint was deleted
  } catch (error) {
    // Where it has gone meanwhile, there is nothing to keep, and writing it says what is wrong.
    if (existsSync(path)) throw error;
  }
}

/**
 * What `read` makes of the file at `path`. Where it can't be read and the generation before can, the file is
 * set aside, `a.safetensors.damaged`, the one before takes its place, and a sentence is told.
 * @throws as `read` does, when it throws for both, or the file is whole and of another run.
 */
export function readNewest<T>(
  path: string,
  read: (path: string) => T | undefined,
  tell: (line: string, before: T) => void,
): T | undefined {
  try {
    return read(path);
  } catch (error) {
    if (!(error instanceof UsageError) || error instanceof OtherRunError) throw error;
    const before = readQuietly(previousOf(path), read);
    if (before === undefined) throw error;
    keepAlsoAs(path, path + damagedEnding);
    keepAlsoAs(previousOf(path), path);
    tell(`The checkpoint ${path} is damaged, and now called ${path + damagedEnding}.`, before);
    return before;
  }
}

function readQuietly<T>(path: string, read: (path: string) => T | undefined): T | undefined {
  try {
    return read(path);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
