import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { expected, nearest, UsageError } from "../../errors";
import { filesMatching, isPattern } from "../patterns";
import {
  isRecordFile,
  isRunFolder,
  type LeftOut,
  type Run,
  readRun,
  readRunFolder,
  recordFilesIn,
  runFoldersIn,
} from "./run";

/** The runs that a command line names. */
export interface FoundRuns {
  /** In the order of the command line, and of their names within each of its words. */
  readonly runs: readonly Run[];
  readonly leftOut: readonly LeftOut[];
  /** The folder of reports that all of them lie in, or the project's own. */
  readonly out: string;
}

/** Where runs are looked for. */
export interface Places {
  /** The project's folder, with `reports`. */
  readonly root: string;
  /** What paths are relative to, before `root`. */
  readonly from: string;
}

/**
 * Finds runs: each word is a run folder, a `.metrics.json`, a folder of reports (its newest complete runs), a
 * sweep's folder (all its runs), a pattern of any of these, or a run's ID or a part that no other ID has.
 * @throws a one-line error for a word that names no run, or several by chance.
 */
export function findRuns(words: readonly string[], places: Places): FoundRuns {
  const found = words.flatMap((word) => sourcesOf(word, places));
  const unique = [...new Map(found.map((source) => [source.path, source])).values()];
  const read = unique.map(({ path }) => (isRecordFile(path) ? readRun(path) : readRunFolder(path)));
  const outs = new Set(unique.map(({ out }) => out));
  return {
    runs: read.filter((run): run is Run => "record" in run),
    leftOut: read.filter((run): run is LeftOut => "reason" in run),
    out: outs.size === 1 ? [...outs][0] : join(places.root, "reports"),
  };
}

/** A run's folder or record, and the folder of reports in which it lies. */
interface Source {
  readonly path: string;
  readonly out: string;
}

function sourcesOf(word: string, { root, from }: Places): Source[] {
  for (const base of [from, root]) {
    const path = resolve(base, word);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return inFolder(path, word);
    if (stats && isRecordFile(path)) return [fromRecord(path)];
    if (stats) throw expected("a run folder or a .metrics.json", word);
    if (!isPattern(word)) continue;
    const matching = isRecordFile(word)
      ? filesMatching(path).map(fromRecord)
      : filesMatching(join(path, "run.json")).map((file) => fromFolder(dirname(file)));
    if (matching.length > 0) return matching;
  }
  return [fromFolderOfId(word, root)].flat();
}

function inFolder(folder: string, word: string): Source[] {
  if (isRunFolder(folder)) return [fromFolder(folder)];
  const own = runFoldersIn(folder).map(fromFolder);
  if (own.length > 0) return own;
  const inside = runFoldersIn(join(folder, "runs")).map(fromFolder);
  if (inside.length > 0 && existsSync(join(folder, "sweep.json"))) return inside;
  const newest = newestOf(inside);
  if (newest.length > 0) return newest;
  const copies = recordFilesIn(folder).map(fromRecord);
  if (copies.length > 0) return copies;
  // None is complete: each is listed with its status.
  if (inside.length > 0) return inside;
  throw new UsageError(`There are no runs in ${word}. Runs are made by "npm run reproduce".`);
}

/** The newest complete run of each notebook. */
function newestOf(sources: readonly Source[]): Source[] {
  const newest = new Map<string, { source: Source; started: string }>();
  for (const source of sources) {
    const run = readRunFolder(source.path);
    if (!("record" in run)) continue;
    const { notebook, started } = run.record;
    const before = newest.get(notebook);
    if (!before || before.started <= started) newest.set(notebook, { source, started });
  }
  return [...newest.values()].map(({ source }) => source);
}

const fromRecord = (path: string): Source => {
  const folder = dirname(path);
  return isRunFolder(folder) ? fromFolder(folder) : { path, out: folder };
};

const fromFolder = (path: string): Source => {
  const parent = dirname(path);
  return { path, out: basename(parent) === "runs" ? dirname(parent) : parent };
};

function fromFolderOfId(word: string, root: string): Source | Source[] {
  const reports = join(root, "reports");
  const sweeps = filesMatching(join(reports, "sweeps/*/sweep.json")).map((file) => dirname(file));
  const folders = [reports, ...sweeps].flatMap((out) => runFoldersIn(join(out, "runs")));
  const ids = folders.map((folder) => basename(folder));
  if (isPattern(word)) {
    const matching = [reports, ...sweeps].flatMap((out) =>
      filesMatching(join(out, "runs", word, "run.json")),
    );
    if (matching.length > 0) return matching.map((file) => fromFolder(dirname(file)));
    throw new UsageError(`No run's ID and no path matches "${word}".${listed(ids)}`);
  }
  const exact = folders.filter((_, k) => ids[k] === word);
  const partial = exact.length > 0 ? exact : folders.filter((_, k) => ids[k].includes(word));
  if (partial.length === 1) return fromFolder(partial[0]);
  if (partial.length > 1) {
    const names = partial.map((folder) => basename(folder));
    throw new UsageError(
      `"${word}" is a part of ${names.length} runs' IDs: ${some(names)}. ` +
        `Give more of it, or "*${word}*" for all of them.`,
    );
  }
  const near = nearest(word, ids) ?? nearest(word, ids.map(withoutTime));
  const advice = near ? ` Did you mean ${ids.find((id) => id.endsWith(near)) ?? near}?` : listed(ids);
  throw new UsageError(`There is no run, file or folder "${word}".${advice}`);
}

const withoutTime = (id: string) => id.replace(/^\d{8}-\d{6}-/, "");

const listed = (ids: readonly string[]) =>
  ids.length > 0
    ? ` The newest runs are ${some(ids)}.`
    : ' There are no runs yet: "npm run reproduce" makes them.';

/** The last few of these. */
const some = (names: readonly string[]) => `${names.length > 6 ? "…, " : ""}${names.slice(-6).join(", ")}`;
