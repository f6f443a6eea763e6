import { createHash } from "node:crypto";
import { readFileSync, rmSync, utimesSync } from "node:fs";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import { join, resolve } from "node:path";
import { makeFolder, writeAtomically } from "../../../files/atomic-write";
import { attempt } from "../../../files/attempt";

/** Largest total size of all files; the least recently used are removed first. */
const mostBytes = 512 * 2 ** 20;

const suffix = ".onnx";
const digestBytes = 32;

/**
 * Where optimised models are kept: the environment variable ENGINE_CACHE, else `.cache/models` in the
 * project; nowhere if it is "off".
 */
export function cacheFolder(): string | undefined {
  const given = process.env.ENGINE_CACHE;
  if (given === "off") return undefined;
  return given ? resolve(given) : resolve(__dirname, "../../../../.cache/models");
}

/** The key of an optimised model, which depends on the processor and on what `about` lists as well. */
export function cacheKey(model: Uint8Array, about: readonly (string | number)[]): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([...about, process.arch, process.platform, os.cpus()[0]?.model ?? ""]));
  hash.update(model);
  return hash.digest("hex");
}

/** The model of a key, if it is there and whole. */
export function readModel(folder: string, key: string): Uint8Array | undefined {
  const path = join(folder, key + suffix);
  const file = attempt(() => readFileSync(path));
  if (!file) return undefined;
  const model = file.subarray(0, file.length - digestBytes);
  if (file.length <= digestBytes || !sha256(model).equals(file.subarray(-digestBytes))) {
    attempt(() => rmSync(path));
    return undefined;
  }
  const now = new Date();
  attempt(() => utimesSync(path, now, now));
  return model;
}

/**
 * Runs `make`, which writes a model to the path it is given, and keeps the model. Older files are removed as
 * far as needed. Readers never see half a file, and several processes may write at once. A folder that can't
 * be written to only means that nothing is kept.
 */
export async function keepModel<T>(
  folder: string,
  key: string,
  make: (path: string | undefined) => Promise<T>,
  most = mostBytes,
): Promise<T> {
  const temporary = join(folder, `${key}.${process.pid}.${process.hrtime.bigint()}.tmp`);
  try {
    makeFolder(folder);
  } catch {
    return make(undefined);
  }
  try {
    const made = await make(temporary);
    try {
      const model = await readFile(temporary);
      await rm(temporary);
      writeAtomically(join(folder, key + suffix), Buffer.concat([model, sha256(model)]));
      await removeOldest(folder, most);
    } catch {
      // A full disk or a folder that went away: the model is made anew next time.
    }
    return made;
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

async function removeOldest(folder: string, most: number): Promise<void> {
  const hourAgo = Date.now() - 3_600_000;
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
      return { path, size, mtimeMs, left: name.endsWith(".tmp") && mtimeMs < hourAgo };
    }),
  );
  let total = 0;
  for (const { path, size, left } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    total += size;
    if (left || total > most) await rm(path, { force: true });
  }
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
