import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expected, nearest, UsageError } from "../errors";
import { projectRoot } from "../files/project";
import { exitCodeOf, exitCodes } from "./exit-codes";
import { type OptionSpecs, parseCommand } from "./models/command-options";
import type { Context } from "./models/context";
import { messageOf } from "./models/flags";
import { commandHelp, overview } from "./models/help";
import { trainSettings, trainSpecs } from "./models/settings";
import { batchOf, checkOnnxFile, checkSolver, evaluateSpecs, exportSpecs, sampleSpecs } from "./models/specs";
import { statusLine } from "./status-line";
import { stopSignal } from "./stop-signal";

// The command `interpolants`: train, sample, evaluate and export without a notebook. Where it fails, it says
// so in one readable sentence. What is wrong with data, rather than with the call, is found by its work.

type Work = (context: Context) => Promise<number>;

/** What a command line asks for. @throws UsageError for what it doesn't understand. */
const commands: Readonly<Record<string, (args: readonly string[]) => Work | "help">> = {
  train(args) {
    const { given, words } = parseCommand(args, trainSpecs);
    if (given.help) return "help";
    const settings = trainSettings(given, words);
    return async (context) => (await import("./models/train")).train(settings, given, context);
  },
  sample(args) {
    const { given, words } = parseCommand(args, sampleSpecs);
    if (given.help) return "help";
    const model = oneModel(words, "sample photos-in-painting");
    checkSolver(given);
    return async (context) => (await import("./models/sample")).sample(model, given, context);
  },
  evaluate(args) {
    const { given, words } = parseCommand(args, evaluateSpecs);
    if (given.help) return "help";
    const model = oneModel(words, "evaluate photos-in-painting");
    checkSolver(given);
    return async (context) => (await import("./models/evaluate")).evaluateModel(model, given, context);
  },
  export(args) {
    const { given, words } = parseCommand(args, exportSpecs);
    if (given.help) return "help";
    const model = oneModel(words, "export photos-in-painting");
    batchOf(given);
    checkOnnxFile(given);
    return async (context) => (await import("./models/export")).exportModel(model, given, context);
  },
};

function oneModel(words: readonly string[], example: string): string {
  if (words.length === 1) return words[0];
  throw expected(
    "one model",
    words.length === 0 ? "none" : words.join(", "),
    `As in: interpolants ${example}.`,
  );
}

const specs: Readonly<Record<string, OptionSpecs>> = {
  train: trainSpecs,
  sample: sampleSpecs,
  evaluate: evaluateSpecs,
  export: exportSpecs,
};

const program = "npx interpolants";

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || ["help", "--help", "-h"].includes(name)) {
    const about = name === "help" ? rest[0] : undefined;
    console.log(about !== undefined && Object.hasOwn(commands, about) ? commandHelp(about) : overview);
    return 0;
  }
  if (["--version", "-v"].includes(name)) {
    const { version } = JSON.parse(readFileSync(join(projectRoot(), "package.json"), "utf8"));
    console.log(`${version}`);
    return 0;
  }
  let work: Work | "help";
  try {
    if (!Object.hasOwn(commands, name)) {
      const near = nearest(name, Object.keys(commands));
      const known = Object.keys(commands).join(", ");
      throw new UsageError(
        `There is no command "${name}". ${near ? `Did you mean ${near}?` : `There are ${known}; see --help.`}`,
      );
    }
    work = commands[name](rest);
  } catch (error) {
    return failed(error, name, exitCodes.wrongCall);
  }
  if (work === "help") {
    console.log(commandHelp(name));
    return 0;
  }
  return run(work, name);
}

async function run(work: Work, name: string): Promise<number> {
  const advice = name === "train" ? " The same command goes on where it was." : "";
  const signal = stopSignal();
  const line = statusLine(process.stderr);
  try {
    return await work({ root: projectRoot(), line, signal, program });
  } catch (error) {
    line.close();
    if (signal.aborted) {
      process.stderr.write(`Stopped.${advice}\n`);
      return exitCodes.stopped;
    }
    return failed(error, name, exitCodes.failed);
  } finally {
    line.close();
  }
}

function failed(error: unknown, command: string, usual: number): number {
  const message = messageOf(error, Object.hasOwn(specs, command) ? specs[command] : {});
  process.stderr.write(`interpolants: ${message.split("\n")[0]}\n`);
  if (!(error instanceof UsageError) && process.env.DEBUG && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
  }
  return exitCodeOf(error, usual);
}

// A reader that closes this output's pipe, such as `head`, is content.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
