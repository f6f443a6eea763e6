import { statSync } from "node:fs";
import Module from "node:module";
import { join, sep } from "node:path";

const cache = (Module as unknown as { _cache: Record<string, NodeModule | undefined> })._cache;
const loadedAt = new Map<string, number>();

/**
 * Forgets the project's modules whose files changed since they were loaded, and all modules that use them, so that
 * the next import loads them anew. The notebook's own machinery stays: cells and their host share it.
 */
export function forgetEdited(root: string): void {
  const kept = join(root, "lib", "notebook") + sep;
  const own = Object.keys(cache).filter(
    (path) =>
      path.startsWith(root + sep) && !path.includes(`${sep}node_modules${sep}`) && !path.startsWith(kept),
  );
  const stale = new Set<string>();
  for (const path of own) {
    const time = modified(path);
    if (loadedAt.has(path) && loadedAt.get(path) !== time) stale.add(path);
    loadedAt.set(path, time);
  }
  for (let before = -1; before !== stale.size; ) {
    before = stale.size;
    for (const path of own) {
      if (cache[path]?.children.some(({ filename }) => stale.has(filename))) stale.add(path);
    }
  }
  for (const path of stale) {
    delete cache[path];
    loadedAt.delete(path);
  }
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
}
