import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import vm from "node:vm";
import { writeAtomically } from "../../files/atomic-write";

/** A script that takes long to compile. */
export interface CachedScript {
  readonly script: vm.Script;
  /** Keeps what was compiled so far, for other processes: best when the script has done its work once. */
  keep(): void;
}

/** Opens the script at `path` with what an earlier process has kept in `folder`, if that is of use here. */
export function cachedScript(
  path: string,
  folder = resolve(__dirname, "../../../.cache/scripts"),
): CachedScript {
  const { size, mtimeMs } = statSync(path);
  const key = [path, size, mtimeMs, process.versions.v8, process.arch];
  const file = join(folder, `${createHash("sha256").update(JSON.stringify(key)).digest("hex")}.bin`);
  const cachedData = readOrNothing(file);
  const script = new vm.Script(readFileSync(path, "utf8"), { filename: path, cachedData });
  let kept = cachedData !== undefined && !script.cachedDataRejected;
  return {
    script,
    keep() {
      if (kept) return;
      kept = true;
      try {
        writeAtomically(file, script.createCachedData());
      } catch {
        // Nothing can be written there: the next process compiles again.
      }
    },
  };
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
