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
    return parseArgs({ args: [...args], options: definitions, allowPositionals: true });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const dashed = /^Option '(?:-\w, )?(--[^' ]+)[^']*' argument is ambiguous/.exec(message);
    if (dashed) {
      throw new UsageError(
        `A value of ${dashed[1]} that starts with a dash is written with an equals sign: ${dashed[1]}=-1.`,
      );
    }
    const unknown = /^Unknown option '(-+)([^']+)'/.exec(message);
    if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION" || !unknown) throw new UsageError(firstSentence(message));
    const near = nearest(unknown[2], Object.keys(definitions));
    throw new UsageError(
      `There is no option ${unknown[1]}${unknown[2]}. ${near ? `Did you mean --${near}?` : "See --help."}`,
    );
  }
}

const firstSentence = (message: string) => message.split(/\.\s|\n/)[0].replace(/\.?$/, ".");
