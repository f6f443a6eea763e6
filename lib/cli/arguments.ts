import { type ParseArgsConfig, parseArgs } from "node:util";
import { expected, nearest, UsageError } from "../errors";

type Definitions = NonNullable<ParseArgsConfig["options"]>;

/**
 * Parses a command line that consists of options only.
 * @param advice what to do instead of passing a positional argument
 * @throws a one-line error for anything it doesn't understand.
 */
export function parseArguments<const D extends Definitions>(
  args: readonly string[],
  definitions: D,
  advice = "See --help.",
) {
  const { values, positionals } = parseMixed(args, definitions);
  if (positionals.length > 0) throw expected("only options", `"${positionals[0]}"`, advice);
  return values;
}

/**
 * Parses a command line of options and other words.
 * @throws a one-line error for an option that is not understood.
 */
export function parseMixed<const D extends Definitions>(args: readonly string[], definitions: D) {
  try {
    return parseArgs({
      args: joinedNumbers(args, definitions),
      options: definitions,
      allowPositionals: true,
    });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const dashed = /^Option '(?:-\w, )?(--[^' ]+)[^']*' argument is ambiguous/.exec(message);
    if (dashed) {
      const value = args[args.indexOf(dashed[1]) + 1];
      throw new UsageError(
        `A value of ${dashed[1]} that starts with a dash is written with an equals sign: ${dashed[1]}=${value}`,
      );
    }
    const missing = /^Option '(?:-\w, )?(--[^' ]+)[^']*' argument missing/.exec(message);
    if (missing) throw new UsageError(`Expected a value after ${missing[1]}.`);
    const unknown = /^Unknown option '(-+)([^']+)'/.exec(message);
    if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION" || !unknown) throw new UsageError(firstSentence(message));
    if (unknown[2] === "epochs" && Object.hasOwn(definitions, "steps")) {
      throw new UsageError("There is no option --epochs: say by --steps how many batches are learned from.");
    }
    const near = nearest(unknown[2], Object.keys(definitions));
    throw new UsageError(
      `There is no option ${unknown[1]}${unknown[2]}. ${near ? `Did you mean --${near}?` : "See --help."}`,
    );
  }
}

/** `--range -1,1` → `--range=-1,1`, for no option is called by a digit. */
function joinedNumbers(args: readonly string[], definitions: Definitions): string[] {
  const joined: string[] = [];
  for (const [k, word] of args.entries()) {
    const option = args[k - 1]?.startsWith("--") ? args[k - 1].slice(2) : "";
    const takesIt = Object.hasOwn(definitions, option) && definitions[option].type === "string";
    if (takesIt && /^-\.?\d/.test(word)) joined[joined.length - 1] += `=${word}`;
    else joined.push(word);
  }
  return joined;
}

const firstSentence = (message: string) => message.split(/\.\s|\n/)[0].replace(/\.?$/, ".");
