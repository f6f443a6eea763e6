import { relative, resolve, sep } from "node:path";
import type { Edits } from "./edits";

/** The names that a cell declares, and what it imports. */
export interface CellNames {
  /** The files of the project that it names in its imports. */
  readonly files: readonly string[];
  /** Those that it imports from files, each with the file that declares it. */
  readonly imported: ReadonlyMap<string, string>;
  /** All names. */
  readonly declared: ReadonlySet<string>;
}

/** The names that cells imported from the project, and which of them come from files edited since. */
export class NamesInUse {
  readonly #root: string;
  readonly #origins = new Map<string, string>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Takes in edits, and then the names of the cell that is about to run.
   * @returns a line for each edited file that is in use and not imported anew, or not to be had without a
   * restart.
   */
  update({ forgotten, kept }: Edits, cell: CellNames): string[] {
    for (const name of cell.declared) this.#origins.delete(name);
    const users = new Map<string, string[]>();
    for (const [name, origin] of this.#origins) {
      for (const file of forgotten.get(origin) ?? []) users.set(file, [...(users.get(file) ?? []), name]);
    }
    for (const [name, file] of cell.imported) this.#origins.set(name, resolve(file));
    return [
      ...[...kept].map(
        (file) => `${this.#named(file)} was edited. Restart the kernel to use it${also(file)}.`,
      ),
      ...[...users].map(
        ([file, names]) =>
          `${this.#named(file)} was edited. To use it, run the cell again that imports ${listed(names)}.`,
      ),
    ].map((line) => `${line}\n`);
  }

  #named(file: string): string {
    return relative(this.#root, file).split(sep).join("/");
  }
}

/** A file outside the machinery is used anew elsewhere. */
const also = (file: string) => (file.includes(`${sep}notebook${sep}`) ? "" : " in lib/notebook too");

const most = 3;

function listed(names: readonly string[]): string {
  if (names.length > most)
    return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
}
