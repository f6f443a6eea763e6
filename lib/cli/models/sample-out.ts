import { existsSync, statSync } from "node:fs";
import { extname } from "node:path";
import { expected } from "../../errors";
import { folderPath } from "../../files/folder-path";
import { wrongCall } from "../exit-codes";
import type { Given } from "./command-options";
import { wrongUsage } from "./context";
import { contentOf, fileFor, folderFor } from "./out";
import type { sampleSpecs } from "./specs";

type Options = Given<typeof sampleSpecs>;

/** Where images go: a folder, or a file of all of them. */
interface ImagesTo {
  readonly folder?: string;
  readonly file?: string;
}

/**
 * Where images go: by default to the folder `usual`, or one beside it.
 * @throws when there is something already, or what is named is no place for images.
 */
export function imagesTo(given: Options, usual: string): ImagesTo {
  const { out, format, force } = given;
  if (out === undefined) return { folder: force ? usual : unused(usual) };
  if (out === "-") {
    throw wrongUsage(
      "Images can't be written to the standard output: give a folder or a .npy file as --out.",
    );
  }
  const ending = extname(out).toLowerCase();
  if (ending === ".npy") {
    if (format === "png")
      throw wrongUsage(`Expected a folder as --out for --format png, but received "${out}".`);
    const file = fileFor(out);
    if (existsSync(file) && !force) throw taken(out);
    return { file };
  }
  if (fileEndings.includes(ending) && !statSync(folderPath(out), { throwIfNoEntry: false })) {
    throw wrongUsage(`Expected a folder or a .npy file as --out, but received "${out}".`);
  }
  const folder = folderFor(out);
  if (contentOf(folder).length > 0 && !force) throw taken(out);
  return { folder };
}

/** Of files, not of folders. */
const fileEndings = [".png", ".jpg", ".jpeg", ".webp", ".npz", ".csv", ".json"];

/** Where rows of a table go: by default to the file `usual`, or one beside it. @throws as `imagesTo`. */
export function rowsTo({ out, force }: Options, usual: string): string {
  if (out === "-") return out;
  if (out === undefined) return force ? usual : unused(usual);
  if (![".csv", ".npy"].includes(extname(out).toLowerCase())) {
    throw wrongCall(expected("a .csv file, a .npy file or - as --out", `"${out}"`));
  }
  const path = fileFor(out);
  if (existsSync(path) && !force) throw taken(out);
  return path;
}

const taken = (out: string) =>
  wrongUsage(`There is something in ${out} already: choose another --out, or add --force.`);

/** The path, or else with the first number that makes it a new one. */
function unused(path: string): string {
  const ending = extname(path);
  for (let k = 2, next = path; ; k++) {
    if (!existsSync(next)) return next;
    next = `${path.slice(0, path.length - ending.length)}-${k}${ending}`;
  }
}
