import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { notebookText } from "../notebook/project";
import { type End, type Started, start, startWork } from "./process";
import { type Promised, pick } from "./promise";
import type { Work } from "./work";

// Kills of a process at random moments, from its start to its end; what is run again must end with the bits
// of what was never stopped.

const root = resolve(__dirname, "../..");
const signals = ["SIGINT", "SIGTERM", "SIGKILL"] as const;
const kinds = ["mlp", "unet", "sampling", "run", "notebook"] as const;
type Kind = (typeof kinds)[number];

/** A notebook that trains, keeps what it trained, and records a checksum of it. */
const notebook = notebookText(
  "# Killed",
  `import { checksum } from "./lib/formats/checksum";
import { independent, linear, mlp, adam, progress, recordMetrics, rng, train } from "./lib";
const coupling = independent();
const network = mlp({ dim: 2, width: 16, depth: 2, condition: coupling.condition });
const now = performance.now.bind(performance);
performance.now = () => 2000 * now(); // a checkpoint each 15 ms`,
  `const model = await train({
  data: { x: rng(5).normals([60, 2]) }, coupling, network, interpolant: linear(), keepAs: "killed",
  optimizer: adam({ learningRate: 1e-3 }), steps: 600, batch: 16, seed: 0, onProgress: progress("b"),
});
performance.now = now;`,
  `recordMetrics({ sum: checksum({ ...model.parameters, losses: { shape: [600], data: model.losses } } as never) });`,
);

interface Piece {
  /** Starts it, or goes on with it, in this folder. */
  begin(folder: string): Started;
  /** What it came to; nothing if it isn't done. */
  result(folder: string): string | undefined;
}

const textOf = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

function training(kind: "mlp" | "unet", haste: number): Piece {
  const steps = kind === "mlp" ? 300 : 40;
  return {
    begin: (folder) =>
      startWork({ kind, steps, haste, file: join(folder, "a.safetensors"), result: join(folder, "result") }),
    result: (folder) => textOf(join(folder, "result")),
  };
}

const sampling = (file: string): Piece => ({
  begin: (folder) => startWork({ kind: "sampling", steps: 200, file, result: join(folder, "result") }),
  result: (folder) => textOf(join(folder, "result")),
});

const running: Piece = {
  begin(folder) {
    const path = join(folder, "killed.ipynb");
    if (!existsSync(path)) writeFileSync(path, notebook);
    const args = [join(root, "lib/cli/reproduce.ts"), path, "--out", join(folder, "out"), "--no-check"];
    return start(args, { cwd: root, env: { TRAINED_CACHE: join(folder, "trained") } });
  },
  result(folder) {
    const record = textOf(join(folder, "out", "killed.metrics.json"));
    const pages = ["index.html", "killed.html", "killed.ipynb"].every((name) =>
      existsSync(join(folder, "out", name)),
    );
    return record && pages ? JSON.parse(record).metrics.sum : undefined;
  },
};

/** The first process that another one has started; nothing if there is none, or the system doesn't tell. */
function childOf(pid: number | undefined): number | undefined {
  const found = textOf(`/proc/${pid}/task/${pid}/children`)?.trim().split(" ")[0];
  return found ? Number(found) : undefined;
}

function leftovers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(tmp|lock)$/.test(name),
  );
}

export const kills: Promised = {
  name: "kills",
  what: "kills at random moments of training (MLP, U-Net), sampling, runs and notebooks",
  promise: "nothing lost, and the result of the second attempt is that of an undisturbed one, to the bit",
  rounds: 200,
  async prepare(folder) {
    const file = join(folder, "network.safetensors");
    const whole = new Map<Kind, { readonly sum: string; readonly seconds: number }>();
    const pieceOf = (kind: Kind, haste: number): Piece =>
      kind === "sampling"
        ? sampling(file)
        : kind === "mlp" || kind === "unet"
          ? training(kind, haste)
          : running;

    /** The undisturbed result, and how long it took. */
    const undisturbed = async (kind: Kind) => {
      const known = whole.get(kind);
      if (known) return known;
      const work: Work = { kind: "mlp", steps: 20, file, result: join(folder, "unused") };
      if (kind === "sampling" && !existsSync(file)) await startWork(work).end;
      const place = join(folder, `whole-${kind}`);
      mkdirSync(place, { recursive: true });
      const piece = pieceOf(kind, 1);
      const begun = performance.now();
      const end = await piece.begin(place).end;
      const sum = piece.result(place);
      if (sum === undefined) throw new Error(`${kind} can't be done undisturbed: ${end.err}${end.out}`);
      const found = { sum, seconds: (performance.now() - begun) / 1000 };
      whole.set(kind, found);
      if (kind === "run") whole.set("notebook", found);
      return found;
    };

    return {
      async round(k, random) {
        const kind = kinds[k % kinds.length];
        const signal = signals[k % signals.length];
        const { sum, seconds } = await undisturbed(kind);
        const place = join(folder, `${k}`);
        mkdirSync(place, { recursive: true });
        const piece = pieceOf(kind, pick(random, [1e3, 1e4, 1e5]));
        const faults: string[] = [];
        const attempts = 1 + random.int(2);
        for (let attempt = 0; attempt < attempts; attempt++) {
          const { child, end } = piece.begin(place);
          await Promise.race([end, sleep(1000 * seconds * random.uniform())]);
          const victim = kind === "notebook" ? childOf(child.pid) : child.pid;
          if (victim !== undefined) {
            try {
              process.kill(victim, signal);
            } catch {
              // It has ended by itself.
            }
          }
          await end;
        }
        let last: End | undefined;
        for (let again = 0; again < 3 && piece.result(place) === undefined; again++)
          last = await piece.begin(place).end;
        const found = piece.result(place);
        if (found === undefined) faults.push(`lost: ${last?.err.split("\n")[0]}`);
        else if (found !== sum) faults.push(`another result: ${found.slice(0, 16)}, not ${sum.slice(0, 16)}`);
        if (last && kind !== "sampling") {
          for (const name of leftovers(place)) faults.push(`left behind: ${name}`);
        }
        rmSync(place, { recursive: true, force: true });
        return { kind: `${kind}, ${signal}`, faults };
      },
    };
  },
};
