import { parseArgs } from "node:util";
import { UsageError } from "../../errors";

export const help = `Writes a page that runs the models in a browser, and opens it.

  npm run play                     reports/play.html
  npm run play -- --out FILE       another file
  npm run play -- --no-open        only writes it
  npm run play -- --help           this text`;

export interface PlayOptions {
  readonly help: boolean;
  readonly open: boolean;
  readonly out?: string;
}

/** @throws UsageError for an option that there isn't. */
export function parsePlayOptions(args: readonly string[]): PlayOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", default: false },
        out: { type: "string" },
        "no-open": { type: "boolean", default: false },
      },
    });
    return { help: values.help, open: !values["no-open"], ...(values.out && { out: values.out }) };
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". ")[0]}.\n${help}`);
  }
}
