import { expected, UsageError } from "../../errors";
import { parseMixed } from "../arguments";
import { exitCodesHelp } from "../exit-codes";

/** The options of `npm run render`. */
export interface RenderOptions {
  readonly help: boolean;
  /** Files, folders and patterns of notebooks. */
  readonly paths: readonly string[];
  /** The page of a single notebook, or a folder for all; beside each notebook when absent. */
  readonly out?: string;
  readonly pdf: boolean;
  /** Whether code is folded when the page opens. */
  readonly fold: boolean;
}

export const help = `Writes the report page of notebooks as they are, without running them: one .html each.

npm run render -- [options] FILE.ipynb | FOLDER | PATTERN ...

  --out FILE.html   where the page goes; a folder for several (default: beside each notebook)
  --pdf             also print each page to a .pdf, by Chromium, Chrome or Edge (CHROME_PATH names another one)
  --fold            fold all code
  --help            this text

Notebooks of all kernels are shown with the outputs that their files hold. The page says when some cells were
not run, or ran in another order.

${exitCodesHelp}`;

const definitions = {
  out: { type: "string" },
  pdf: { type: "boolean", default: false },
  fold: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Parses the command line.
 * @throws a one-line error for anything that it does not understand.
 */
export function parseRenderOptions(args: readonly string[]): RenderOptions {
  const { values, positionals } = parseMixed(args, definitions);
  const { out, pdf, fold, help } = values;
  if (positionals.length === 0 && !help) throw new UsageError("Name the notebooks to render. See --help.");
  if (out === "") throw expected("a file or a folder after --out", "nothing");
  return { help, paths: positionals, out, pdf, fold };
}
