import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { workFolder } from "../../files/project";

/**
 * Where trainings are kept: the environment variable TRAINED_CACHE, else `.cache/trained` in a clone of the
 * project or, elsewhere, in the working directory; nowhere if it is "off".
 */
export function storeFolder(): string | undefined {
  const given = process.env.TRAINED_CACHE;
  if (given === "off") return undefined;
  return resolve(given || join(workFolder(), ".cache", "trained"));
}

/** The files of one training. */
export interface StorePaths {
  /** What it has learned, once it is finished. */
  readonly finished: string;
  /** Where it stands, until then. */
  readonly unfinished: string;
}

/**
 * The files of a training under its label, such as `emoji-coupled-seed-0.<key>.safetensors`, or under another
 * label that one of the same key is there with.
 */
export function storePaths(folder: string, label: string, key: string): StorePaths {
  const name = (label.match(/[\p{L}\p{N}]+/gu) ?? ["training"]).join("-").slice(0, 60);
  const short = key.slice(0, 16);
  const endings = { finished: `.${short}.safetensors`, unfinished: `.${short}.unfinished.safetensors` };
  const there = names(folder);
  const path = (ending: string) => {
    const own = name + ending;
    return join(folder, there.includes(own) ? own : (there.find((other) => other.endsWith(ending)) ?? own));
  };
  return { finished: path(endings.finished), unfinished: path(endings.unfinished) };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
