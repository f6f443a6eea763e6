import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadSafetensors, saveSafetensors } from "../../lib/formats";
import type { Rng } from "../../lib/random";
import { type Progress, train } from "../../lib/training";
import { previousOf } from "../../lib/training/generations";
import { options, sumOf } from "../training/store/problem";
import { type Promised, pick } from "./promise";

// Damages to the newest checkpoint of a training that was stopped twice.

type Damage = (bytes: Buffer, random: Rng) => Uint8Array;

/** What a disk does to a file. */
const physical: Readonly<Record<string, Damage>> = {
  bit(bytes, random) {
    bytes[random.int(bytes.length)] ^= 1 << random.int(8);
    return bytes;
  },
  "sign bits": (bytes, random) => {
    for (let k = 0; k < 3; k++) bytes[Math.max(0, bytes.length - 4 * (1 + random.int(200)) + 3)] ^= 128;
    return bytes;
  },
  "lost sector": (bytes, random) => {
    const size = 512;
    const at = size * random.int(Math.ceil(bytes.length / size));
    return bytes.fill(0, at, Math.min(bytes.length, at + size));
  },
  "sectors exchanged": (bytes, random) => {
    const size = 512;
    const [a, b] = [0, 1].map(() => size * random.int(Math.floor(bytes.length / size)));
    const kept = Buffer.from(bytes.subarray(a, a + size));
    bytes.copy(bytes, a, b, b + size);
    kept.copy(bytes, b);
    return bytes;
  },
  truncation: (bytes, random) => bytes.subarray(0, random.int(bytes.length)),
  "bytes too many": (bytes, random) =>
    Buffer.concat([bytes, Buffer.from(Array.from({ length: 1 + random.int(64) }, () => random.int(256)))]),
  "another file": (_, random) =>
    Buffer.from(pick(random, ["", "no such file", "{}", "\0".repeat(5000), "PK\u0003\u0004"])),
};

/** What a program does to a field, the checksum left as it was. */
const fields: Readonly<Record<string, (facts: Record<string, string>, random: Rng) => void>> = {
  step: (facts, random) =>
    Object.assign(facts, { step: pick(random, ["0", "5", "7", "-5", "x", "1.5", ""]) }),
  "no step": (facts) => delete facts.step,
  settings: (facts) => Object.assign(facts, { settings: facts.settings.replace('"seed":3', '"seed":4') }),
  format: (facts) => Object.assign(facts, { format: `${facts.format}1` }),
  checksum: (facts, random) => Object.assign(facts, { checksum: pick(random, ["", "0000000000000000"]) }),
};

export const damages: Promised = {
  name: "damages",
  what: "damages to the newest checkpoint",
  promise: "noticed, set aside, and the run ends as if nothing had been: from the checkpoint before",
  rounds: 100,
  async prepare(folder) {
    const source = join(folder, "source.safetensors");
    const stopAt = (at: number) => ({
      onProgress: ({ step }: Progress) => (step === at ? ("stop" as const) : undefined),
    });
    const run = (checkpoint: string | undefined, more = {}) =>
      train(options({ keepAs: undefined, checkpoint, ...more }));
    const whole = sumOf(await run(undefined));
    for (const at of [3, 6]) await run(source, stopAt(at)).catch(() => {});
    return {
      async round(k, random) {
        const place = join(folder, `${k}`);
        mkdirSync(place, { recursive: true });
        const checkpoint = join(place, "run.safetensors");
        copyFileSync(source, checkpoint);
        copyFileSync(previousOf(source), previousOf(checkpoint));
        const sound = readFileSync(checkpoint);
        const kinds = [...Object.keys(physical), ...Object.keys(fields)];
        const kind = kinds[k % kinds.length];
        for (let tries = 0; readFileSync(checkpoint).equals(sound) && tries < 50; tries++) {
          const field = fields[kind];
          if (field) {
            const { tensors, metadata } = loadSafetensors(checkpoint);
            const facts = { ...metadata };
            field(facts, random);
            saveSafetensors(checkpoint, tensors, { metadata: facts });
          } else writeFileSync(checkpoint, physical[kind](Buffer.from(sound), random));
        }
        const damaged = readFileSync(checkpoint);
        const faults: string[] = [];
        const told: string[] = [];
        const error = console.error;
        console.error = (line: string) => void told.push(line);
        try {
          const model = await run(checkpoint);
          if (sumOf(model) !== whole) faults.push("another result");
          if (!(told.length === 1 && told[0].includes(`${checkpoint} is damaged`))) {
            faults.push(`not said: ${told.join(" / ")}`);
          }
          const aside = `${checkpoint}.damaged`;
          if (!(existsSync(aside) && readFileSync(aside).equals(damaged))) faults.push("not set aside");
        } catch (thrown) {
          faults.push(`not recovered: ${(thrown as Error).message}`);
        } finally {
          console.error = error;
        }
        rmSync(place, { recursive: true });
        return { kind, faults };
      },
    };
  },
};
