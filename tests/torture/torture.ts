import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "../../lib/cli/run-command";
import { choose, expected, UsageError } from "../../lib/errors";
import { holdLock } from "../../lib/files/lock";
import { rng } from "../../lib/random";
import { figures, tableOf } from "./figures";
import { noScore, promises, putToTest, type Score } from "./runs";

const help = `Puts what is promised about faults and bad input to the test, for minutes or an hour.

npm run torture -- [options]

  --only NAMES    ${promises.map(({ name }) => name).join(", ")}; separated by commas; default: all
  --minutes N     stop after so many; the same command goes on from there
  --rounds N      of each, in place of what a whole run has
  --seed N        default 1; decides all that is random
  --anew          forget what was found so far
  --out FOLDER    default .cache/torture
`;

const root = resolve(__dirname, "../..");

/** @returns the exit code: 1 if a promise was not kept. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      minutes: { type: "string" },
      rounds: { type: "string" },
      seed: { type: "string", default: "1" },
      anew: { type: "boolean", default: false },
      out: { type: "string", default: ".cache/torture" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const number = (name: "minutes" | "rounds", otherwise: number) => {
    const value = Number(values[name] ?? otherwise);
    if (!(value > 0)) throw expected(`a number above 0 after --${name}`, `${values[name]}`);
    return value;
  };
  const byName = Object.fromEntries(promises.map((promised) => [promised.name, promised]));
  const chosen = values.only?.split(",").map((name) => choose("word after --only", name, byName)) ?? promises;
  const until = Date.now() + 60_000 * number("minutes", 1e6);
  const out = resolve(root, values.out);
  const file = join(out, `seed-${values.seed}.json`);
  const lock = holdLock(join(out, "lock"));
  if ("heldBy" in lock) {
    throw new UsageError(`${out} is in use by ${lock.heldBy}. Wait for its end, or pass another --out.`);
  }
  process.once("exit", lock.release);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const scores: Record<string, Score> = values.anew ? {} : known(file);

  for (const promised of chosen) {
    const lacking = promised.missing?.();
    if (lacking) {
      process.stderr.write(`${promised.name}: not put to the test. ${lacking}\n`);
      continue;
    }
    const folder = join(out, "work", promised.name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const rounds = number("rounds", promised.rounds);
    let shownAt = 0;
    scores[promised.name] = await putToTest(promised, {
      ...{ folder, rounds, random: rng(values.seed), from: scores[promised.name] ?? noScore },
      goOn: () => Date.now() < until,
      onRound(score) {
        scores[promised.name] = score;
        if (Date.now() - shownAt < 2000 && score.done < rounds) return;
        shownAt = Date.now();
        writeFileSync(file, JSON.stringify(scores, null, 2));
        process.stderr.write(`${promised.name}: ${score.held} of ${score.done}, of ${rounds}\n`);
      },
    });
    rmSync(folder, { recursive: true, force: true });
  }
  writeFileSync(file, JSON.stringify(scores, null, 2));
  const rows = figures(scores);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
  writeFileSync(join(out, "figures.json"), JSON.stringify({ seed: values.seed, machine, rows }, null, 2));
  const text = tableOf(rows);
  writeFileSync(join(out, "figures.md"), `${text}\nSeed ${values.seed}; ${machine}.\n`);
  process.stdout.write(
    `\n${text}\n${rows.flatMap(({ faults }) => faults.map((fault) => `${fault}\n`)).join("")}`,
  );
  return rows.every(({ held, done }) => held === done) ? 0 : 1;
}

function known(file: string): Record<string, Score> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

runCommand("torture", main);
