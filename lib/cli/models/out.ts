import { readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { folderPath } from "../../files/folder-path";
import { wrongUsage } from "./context";

/** The whole path of a folder to write to. @throws where a file stands at it, or above it. */
export function folderFor(given: string): string {
  const path = folderPath(given);
  const there = statOf(path);
  if (there && !there.isDirectory()) {
    throw wrongUsage(`Expected a folder as --out, but received a file, "${given}".`);
  }
  if (!there) assertFoldersAbove(path, given);
  return path;
}

/** The whole path of a file to write. @throws where a folder stands at it, or a file above it. */
export function fileFor(given: string): string {
  const path = folderPath(given);
  const there = statOf(path);
  if (there?.isDirectory()) {
    throw wrongUsage(`Expected a file as --out, but received a folder, "${given}".`);
  }
  if (!there) assertFoldersAbove(path, given);
  return path;
}

/** Names of what a folder holds, without those that begin with a point; none where there is none. */
export const contentOf = (path: string): readonly string[] =>
  statSync(path, { throwIfNoEntry: false }) === undefined
    ? []
    : readdirSync(path).filter((name) => !name.startsWith("."));

function assertFoldersAbove(path: string, given: string): void {
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    const found = statOf(above);
    if (found?.isDirectory()) return;
    if (found) throw wrongUsage(`Expected --out in a folder, but received "${given}", in the file ${above}.`);
  }
}

/** What stands there; undefined where nothing does, or a file stands above it. */
function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
