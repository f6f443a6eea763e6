import { expected } from "../errors";
import type { TimeLimits } from "../notebook/runner/time-limits";

const units = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 } as const;

/** The limits of runs that nobody watches, unless others are asked for. */
const usual = { notebook: "7d", cell: "3d" } as const;

const optionOf = { notebook: "timeout", cell: "cell-timeout" } as const;

/** The options by which limits are asked for. */
export const limitDefinitions = { timeout: { type: "string" }, "cell-timeout": { type: "string" } } as const;

/** What they are, for a command's help; `one` is what it runs. */
export const limitsHelp = (one: string) => `\
  --timeout TIME     the longest that one ${one} may run, as in 90 (seconds), 30m, 12h, 3d, none (default: ${usual.notebook});
                     what it has then is kept, and it counts as failed
  --cell-timeout TIME  the longest that one cell of it may run (default: ${usual.cell})`;

/** What the command line says of limits. */
type LimitValues = { readonly [Option in keyof typeof limitDefinitions]?: string };

/**
 * The limits that are asked for, and the usual ones of what isn't.
 * @throws a one-line error for what is no time.
 */
export const timeLimits = (values: LimitValues): TimeLimits => ({
  notebook: secondsOf("notebook", values.timeout ?? usual.notebook),
  cell: secondsOf("cell", values["cell-timeout"] ?? usual.cell),
});

function secondsOf(what: keyof TimeLimits, text: string): number | undefined {
  if (text.trim() === "none") return undefined;
  const [, number, unit = "s"] = /^\s*(\d+\.?\d*|\.\d+)\s*(s|m|min|h|d)?\s*$/.exec(text) ?? [];
  const seconds = Number(number) * units[unit as keyof typeof units];
  if (seconds > 0 && seconds < Number.POSITIVE_INFINITY) return seconds;
  throw expected(`a time such as 90 (seconds), 30m, 12h, 3d or none after --${optionOf[what]}`, `"${text}"`);
}

/** The words of a command line that ask for limits; none for the usual ones. */
export const limitWords = (limits: TimeLimits): string[] =>
  (["notebook", "cell"] as const)
    .filter((what) => limits[what] !== secondsOf(what, usual[what]))
    .flatMap((what) => [`--${optionOf[what]}`, `${limits[what] ?? "none"}`]);
