import { parseArguments } from "../arguments";
import { exitCodesHelp } from "../exit-codes";

export const help = `Writes a page that runs the models in a browser, and opens it.

npm run play -- [options]

  --out FILE   where the page goes (default: reports/play.html)
  --no-open    only write it
  --help       this text

${exitCodesHelp}`;

export interface PlayOptions {
  readonly help: boolean;
  readonly open: boolean;
  readonly out?: string;
}

const definitions = {
  out: { type: "string" },
  "no-open": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws UsageError for an option that there isn't. */
export function parsePlayOptions(args: readonly string[]): PlayOptions {
  const { help, out, "no-open": closed } = parseArguments(args, definitions, "To name a file: --out FILE.");
  return { help, open: !closed, ...(out && { out }) };
}
