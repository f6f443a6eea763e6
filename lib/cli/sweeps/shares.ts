import os from "node:os";
import { expected } from "../../errors";

/** What a machine has for the runs of a sweep. */
export interface Resources {
  readonly cores: number;
  readonly memoryBytes: number;
}

/** How many runs go on at once, and how many threads each of them has. */
export interface Shares {
  readonly jobs: number;
  readonly threads: number;
}

/** Beyond so many threads, the small batches of most runs here gain nothing. */
const mostThreads = 8;

/** The memory that a run is taken to need before one was measured: most notebooks here need less. */
export const usualNeedBytes = 3 * 2 ** 30;

/** The cores and the memory that this process may still use, by its container's limits too. */
export function freeResources(): Resources {
  const available = (process as { availableMemory?: () => number }).availableMemory?.();
  return {
    cores: os.availableParallelism(),
    memoryBytes: Math.min(os.freemem(), available ?? Number.POSITIVE_INFINITY),
  };
}

/**
 * As many runs at once as there are cores and as fit into the memory, each of `needBytes`, but at least one;
 * `jobs`, where given, is how many. The cores are shared out among them, eight at most to each.
 */
export function shares(
  { cores, memoryBytes }: Resources,
  {
    points,
    needBytes,
    jobs,
  }: { readonly points: number; readonly needBytes: number; readonly jobs?: number },
): Shares {
  const fitting = Math.max(1, Math.min(cores, Math.floor(memoryBytes / needBytes)));
  const atOnce = Math.max(1, Math.min(points, jobs ?? fitting));
  return { jobs: atOnce, threads: Math.min(mostThreads, Math.max(1, Math.floor(cores / atOnce))) };
}

/**
 * A size as in `3G`, `500M` or `2.5 GB`, in bytes; multiples are of 1024.
 * @throws a one-line error for anything else.
 */
export function parseBytes(text: string): number {
  const [, number, unit = "b"] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt])?(?:i?b)?\s*$/i.exec(text) ?? [];
  const bytes = Number(number) * 1024 ** "bkmgt".indexOf(unit.toLowerCase());
  if (bytes > 0) return bytes;
  throw expected("a size such as 3G or 500M after --memory", `"${text}"`);
}
