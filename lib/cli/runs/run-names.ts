import { basename, dirname } from "node:path";

/** A notebook's name, and its path as in a run's file. */
export interface NamedNotebook {
  readonly name: string;
  readonly path: string;
}

/**
 * The names of notebooks among the runs of one folder: the name that a notebook's runs have already, or its
 * own; with its folders' names before it where another notebook has that.
 */
export function runNames(
  notebooks: readonly NamedNotebook[],
  runs: readonly { readonly notebook: string; readonly path: string }[],
): string[] {
  const known = new Map(runs.map(({ notebook, path }) => [path, notebook]));
  const names: string[] = [];
  for (const { name, path } of notebooks) {
    const others = new Set([...known].flatMap(([other, taken]) => (other === path ? [] : [taken])));
    const chosen = known.get(path) ?? firstFree(candidates(name, path), others);
    known.set(path, chosen);
    names.push(chosen);
  }
  return names;
}

function* candidates(name: string, path: string): Generator<string> {
  yield name;
  let longer = basename(path, ".ipynb");
  for (let folder = dirname(path); !["", "."].includes(basename(folder)); folder = dirname(folder)) {
    longer = `${basename(folder)}-${longer}`;
    yield longer;
  }
  for (let count = 2; ; count++) yield `${longer}-${count}`;
}

function firstFree(names: Iterable<string>, taken: ReadonlySet<string>): string {
  for (const name of names) if (!taken.has(name)) return name;
  throw new Error("The candidates have ended.");
}
