import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../../lib/errors";
import { mutate } from "./mutate-bytes";
import { firstLine, type Promised, pick } from "./promise";
import { readers } from "./readers";

/** Seconds of computing that one input of a few kilobytes may take. */
const longest = 2;

export const mutations: Promised = {
  name: "mutations",
  what: "mutated inputs to all readers and the renderer",
  promise:
    "a result, or a refusal of one line that names the file; no crash, none over 2 s, " +
    "no change accepted where a checksum tells",
  rounds: 20_000,
  async prepare(folder) {
    const all = Object.entries(readers(join(folder, "samples")));
    const sound = new Map<string, readonly unknown[]>();
    for (const [name, reader] of all) {
      // Also loads what reading needs, so that no round has to.
      const results: unknown[] = [];
      for (const sample of reader.samples)
        results.push(await reader.read(fileFor(folder, reader.file, sample)));
      sound.set(name, results);
    }
    return {
      async round(k, random) {
        const [name, reader] = all[k % all.length];
        const original = pick(random, reader.samples);
        const bytes = mutate(original, reader.samples, random);
        const path = fileFor(folder, reader.file, bytes);
        const faults: string[] = [];
        const before = process.cpuUsage();
        const tell = console.error;
        console.error = () => {};
        try {
          const result = await reader.read(path);
          if (reader.sealed && !reader.samples.some((sample) => sample.equals(bytes))) {
            if (!sound.get(name)?.some((one) => isDeepStrictEqual(one, result)))
              faults.push("a change was accepted");
          }
        } catch (error) {
          const { message } = error as Error;
          if (!(error instanceof UsageError)) faults.push(`bare error: ${firstLine(error)}`);
          else if (!message.includes(basename(path))) faults.push(`names no file: ${firstLine(error)}`);
          if (message.length > 2000 || message.split("\n").length > 3)
            faults.push(`long message: ${firstLine(error).slice(0, 200)}`);
        }
        console.error = tell;
        const { user, system } = process.cpuUsage(before);
        const seconds = (user + system) / 1e6;
        if (seconds > longest) faults.push(`took ${seconds.toFixed(1)} s of computing`);
        return { kind: name, faults };
      },
    };
  },
};

function fileFor(folder: string, file: string, bytes: Uint8Array): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}
