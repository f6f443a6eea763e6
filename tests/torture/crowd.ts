import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { independent } from "../../lib/couplings";
import { checksum } from "../../lib/formats/checksum";
import { linear } from "../../lib/interpolants";
import { mlp } from "../../lib/networks";
import { rng } from "../../lib/random";
import { adam, train } from "../../lib/training";
import { notebookText } from "../notebook/project";
import { start } from "./process";
import type { Promised } from "./promise";

// Eight notebooks at once on two cores, one of which ends its own process.

const root = resolve(__dirname, "../..");
const seeds = [1, 2, 3, 4, 5, 6, 7];
const steps = 200;

const training = (seed: number) => `train({
  data: { x: rng(5).normals([60, 2]) }, coupling, network, interpolant: linear(),
  optimizer: adam({ learningRate: 1e-3 }), steps: ${steps}, batch: 16, seed: ${seed}, onProgress: progress("b"),
})`;

const begin = `import { checksum } from "./lib/formats/checksum";
import { adam, independent, linear, mlp, progress, recordMetrics, rng, train } from "./lib";
const coupling = independent();
const network = mlp({ dim: 2, width: 16, depth: 2, condition: coupling.condition });`;

const notebook = (seed: number) =>
  notebookText(
    `# Seed ${seed}`,
    begin,
    `const model = await ${training(seed)};`,
    `recordMetrics({ sum: checksum({ ...model.parameters, losses: { shape: [${steps}], data: model.losses } } as never) });`,
  );

/** What the notebook of a seed comes to, computed without a notebook. */
async function sumOf(seed: number): Promise<string> {
  const coupling = independent();
  const network = mlp({ dim: 2, width: 16, depth: 2, condition: coupling.condition });
  const { parameters, losses } = await train({
    ...{ data: { x: rng(5).normals([60, 2]) }, coupling, network, interpolant: linear() },
    ...{ optimizer: adam({ learningRate: 1e-3 }), steps, batch: 16, seed },
  });
  return checksum({ ...parameters, losses: { shape: [steps], data: losses } });
}

const hasMoreCores = process.platform === "linux" && availableParallelism() > 2;

/** Runs a command on two cores, where the machine has more and lets choose. */
const onTwoCores = (args: readonly string[]) =>
  start(args, { cwd: root, ...(hasMoreCores && { through: ["taskset", "-c", "0,1"] }) });

export const crowd: Promised = {
  name: "crowd",
  what: "times eight notebooks at once on two cores, by one command or by eight, one ending its own process",
  promise: "the results of each alone, to the bit; the one that failed is named; nothing is left behind",
  rounds: 4,
  async prepare(folder) {
    const notebooks = join(folder, "notebooks");
    mkdirSync(notebooks, { recursive: true });
    const sums = new Map<string, string>();
    for (const seed of seeds) {
      writeFileSync(join(notebooks, `seed-${seed}.ipynb`), notebook(seed));
      sums.set(`seed-${seed}`, await sumOf(seed));
    }
    writeFileSync(join(notebooks, "ends.ipynb"), notebookText("# Ends", begin, "process.exit(3);"));
    const names = [...sums.keys(), "ends"];
    return {
      async round(k) {
        const out = join(folder, `${k}`);
        const command = join(root, "lib/cli/reproduce.ts");
        const common = ["--out", out, "--no-check"];
        const one = k % 2 === 0;
        const commands = one
          ? [[notebooks, "--jobs", "8"]]
          : names.map((name) => [join(notebooks, `${name}.ipynb`)]);
        const ends = await Promise.all(commands.map((args) => onTwoCores([command, ...args, ...common]).end));
        const faults: string[] = [];
        const failed = ends.filter(({ code }) => code !== 0);
        if (
          failed.length !== 1 ||
          failed[0].code !== 1 ||
          !/ends: failed .*ProcessEnded/.test(failed[0].out)
        ) {
          faults.push(
            `exit codes ${ends.map(({ code }) => code)}: ${failed.map(({ out, err }) => out + err)}`,
          );
        }
        for (const [name, sum] of sums) {
          const record = join(out, `${name}.metrics.json`);
          const found = existsSync(record) && JSON.parse(readFileSync(record, "utf8")).metrics.sum;
          if (found !== sum) faults.push(`${name}: ${found || "no result"}, not ${sum}`);
          for (const ending of ["html", "ipynb"]) {
            if (!existsSync(join(out, `${name}.${ending}`))) faults.push(`no ${name}.${ending}`);
          }
        }
        const index = readFileSync(join(out, "index.html"), "utf8");
        for (const name of names) {
          if (!index.includes(`${name}.html`)) faults.push(`${name} is not in the index`);
        }
        for (const name of readdirSync(out, { recursive: true, encoding: "utf8" })) {
          if (/\.(?:tmp|lock)$/.test(name)) faults.push(`left behind: ${name}`);
        }
        rmSync(out, { recursive: true });
        return { kind: one ? "one command" : "eight commands", faults };
      },
    };
  },
};
