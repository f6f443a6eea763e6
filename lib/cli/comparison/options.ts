import { choose, expected } from "../../errors";
import { parseMixed } from "../arguments";
import { exitCodesHelp } from "../exit-codes";
import type { Choices } from "./compare-runs";

/** The options of `npm run compare`. */
export interface CompareOptions extends Choices {
  readonly help: boolean;
  /** Run folders, IDs, folders of reports and patterns. */
  readonly runs: readonly string[];
  readonly format: Format;
  /** Where the result goes, as given. */
  readonly out?: string;
}

/** In what form a comparison is shown. */
type Format = "text" | "csv" | "md" | "html";

const formats: Readonly<Record<Format, Format>> = { text: "text", csv: "csv", md: "md", html: "html" };

export const help = `Compares runs: what differs, metrics with intervals over seeds, paired differences, figures.

npm run compare -- [options] RUN ...

A RUN is a run's folder, its ID or a part of it, a .metrics.json, a folder of reports (its newest complete
runs), a sweep's folder (all its runs), or a pattern in quotes, as in "*inpainting*".

  --by NAMES          group by these parameters or facts, as in --by kind,steps or --by commit; "run" is each
                      run alone (default: all parameters that differ, other than the seed)
  --over NAME         the parameter whose values are repetitions (default: seed)
  --metrics PATTERN   only metrics whose names contain this or match it, as in "loss" or "digits/*/KID"
  --lower PATTERN     for these metrics lower is better; may be repeated, as may --higher and --metrics
  --higher PATTERN    for these metrics higher is better
  --baseline GROUP    the group that others are compared with (default: the first)
  --all-pairs         compare each group with each other one
  --format FORMAT     text (default), csv, md, or html: a page with figures
  --out FILE          where the result goes (default: html to compare.html among the reports, others to the
                      terminal)
  --help              this text

${exitCodesHelp}`;

const definitions = {
  by: { type: "string", multiple: true },
  over: { type: "string", default: "seed" },
  metrics: { type: "string", multiple: true },
  lower: { type: "string", multiple: true },
  higher: { type: "string", multiple: true },
  baseline: { type: "string" },
  "all-pairs": { type: "boolean", default: false },
  format: { type: "string" },
  out: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Parses the command line.
 * @throws a one-line error for anything that it does not understand.
 */
export function parseCompareOptions(args: readonly string[]): CompareOptions {
  const { values, positionals } = parseMixed(args, definitions);
  const { by, over, baseline, out, help, "all-pairs": allPairs } = values;
  const { metrics = [], lower = [], higher = [] } = values;
  if (positionals.length === 0 && !help) {
    throw expected("runs to compare", "none", 'Name folders or IDs, as in "npm run compare -- reports".');
  }
  if (out === "") throw expected("a file after --out", "nothing");
  const names = by?.flatMap((list) => list.split(",")).map((name) => name.trim());
  return {
    help,
    runs: positionals,
    by: names?.filter((name) => name !== ""),
    over,
    metrics,
    lower,
    higher,
    baseline,
    allPairs,
    format: values.format === undefined ? formatOf(out) : choose("--format", values.format, formats),
    out,
  };
}

/** The format that a file's name tells, or text. */
function formatOf(out = ""): Format {
  const ending = /\.(\w+)$/.exec(out)?.[1].toLowerCase() ?? "";
  return Object.hasOwn(formats, ending) ? formats[ending as Format] : "text";
}
