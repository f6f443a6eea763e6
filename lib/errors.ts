/**
 * Errors that say what was expected, what was received, and what to do.
 * @module errors
 */

/** An error for the user: it says what was expected, what was received and, where known, what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What was wrong, and what to do: one entry for each sentence of advice. */
  readonly parts?: { readonly fact: string; readonly advice: readonly Advice[] };

  constructor(message: string, options: ErrorOptions & Pick<UsageError, "parts"> = {}) {
    super(message, options);
    if (options.parts) this.parts = options.parts;
  }
}

/** Work that was stopped from outside, between two steps; its `cause` is the reason of the signal, if any. */
export class AbortError extends Error {
  override readonly name = "AbortError";
}

/**
 * To be called between two steps.
 * @param what has been stopped, as the message's subject
 * @throws AbortError where the signal is aborted.
 */
export function throwIfStopped(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new AbortError(`${what} was stopped.`, { cause: signal.reason });
}

/** An option that advice names: code has it as `decimal: "."`, a command line perhaps as `--decimal .`. */
export interface AdvisedOption {
  readonly option: string;
  /** Left out where the option is named alone. */
  readonly value?: unknown;
}

/** A sentence of what to do, in words and options. */
export type Advice = readonly (string | AdvisedOption)[];

/** An option in a sentence of {@link advise}. */
export const option = (name: string, value?: unknown): AdvisedOption => ({
  option: name,
  ...(value !== undefined && { value }),
});

/** A sentence with options in it: advise`Say which: ${option("dates", "dmy")}, ${option("dates", "mdy")}.` */
export const advise = (texts: TemplateStringsArray, ...options: readonly AdvisedOption[]): Advice =>
  texts.flatMap((text, k) => (k < options.length ? [text, options[k]] : [text]));

/** Sentences of advice as a text, with options as code has them. */
export const inCode = (...advice: readonly Advice[]): string =>
  advice
    .map((sentence) =>
      sentence.map((part) => (typeof part === "string" ? part : optionInCode(part))).join(""),
    )
    .join(" ");

const optionInCode = ({ option, value }: AdvisedOption) =>
  value === undefined ? option : `${option}: ${literal(value)}`;

/** A value as code has it. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${literal(one)}`);
  return `{ ${entries.join(", ")} }`;
}

/**
 * `expected("a scale above 0", "-1", "Try 1.")` → "Expected a scale above 0, but received -1. Try 1.".
 * @param advice what to do, a sentence each
 */
export const expected = (
  what: string,
  received: string,
  ...advice: readonly (string | Advice)[]
): UsageError => usageError(`Expected ${what}, but received ${received}.`, ...advice);

/** An error of a sentence that says what is wrong, and others of advice. */
export function usageError(fact: string, ...advice: readonly (string | Advice)[]): UsageError {
  const given = advice.filter((sentence) => sentence !== "");
  const sentences = given.map((sentence) => (typeof sentence === "string" ? [sentence] : sentence));
  return new UsageError([fact, ...(sentences.length > 0 ? [inCode(...sentences)] : [])].join(" "), {
    parts: { fact, advice: sentences },
  });
}

/**
 * The entry of `options` called `name`.
 * @throws when there is none; the error lists the names and suggests the nearest.
 */
export function choose<T>(what: string, name: string, options: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(options, name)) return options[name];
  const names = Object.keys(options);
  const near = typeof name === "string" && nearest(name, names);
  const received = typeof name === "string" ? `"${name}"` : described(name);
  throw expected(`one of ${names.join(", ")} as ${what}`, received, near ? `Did you mean "${near}"?` : "");
}

/** What to do with an option that stands in another place, or under another name, by its value. */
export type Elsewhere = Readonly<Record<string, (value: unknown) => string>>;

/**
 * Refuses options that there are not: scripts run without a check of types.
 * With `likely`, others are refused only where they look like one of these: for options that are often spread
 * from records which hold more. Names of `elsewhere` are refused with its advice all the same.
 * @param known all names of options; the compiler refuses a list that lacks one. With `likely`, the names to
 * compare a misspelling with.
 * @param where what takes them, such as "imageFolder"
 * @throws at the first, with the nearest that there is; and for a number or a text in place of a record.
 */
export function assertKnown<Options extends object>(
  options: Options,
  known: { readonly [Name in keyof Options]-?: true },
  where: string,
): void;
export function assertKnown(
  options: object,
  known: Readonly<Record<string, true>>,
  where: string,
  how: { readonly likely: true; readonly elsewhere?: Elsewhere },
): void;
export function assertKnown(
  options: object,
  known: Readonly<Record<string, true>>,
  where: string,
  { likely = false, elsewhere = {} }: { readonly likely?: boolean; readonly elsewhere?: Elsewhere } = {},
): void {
  const names = Object.keys(known);
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw expected(`a record of options of ${where}, such as { ${names[0]}: … }`, described(options));
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (Object.hasOwn(elsewhere, name) && value !== undefined) {
      throw new UsageError(`There is no option "${name}" of ${where}. ${elsewhere[name](value)}`);
    }
    const near = nearest(name, likely ? names.filter((other) => !Object.hasOwn(options, other)) : names);
    if (likely && near === undefined) continue;
    throw new UsageError(
      `There is no option "${name}" of ${where}. ` +
        (near === undefined ? `There are ${names.join(", ")}.` : `Did you mean "${near}"?`),
    );
  }
}

/** The candidate with the least edit distance to `word`, or undefined when none is close. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(row[j - 1] + 1, previous[j] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    previous = row;
  }
  return previous[b.length];
}

/** What stands in place of something else, in words for a message. */
export function described(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "a plain array";
  if (typeof value === "string") return quotedShort(value);
  return typeof value === "object" ? "an object" : `${value}`;
}

/**
 * Refuses NaN and infinities.
 * @param what what was expected, such as "finite values"
 * @throws at the first that isn't finite, with its place.
 */
export function assertFinite(values: ArrayLike<number>, what: string): void {
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) throw expected(what, `${values[k]} at place ${k}`);
  }
}

/** A text of unknown length, for a message: quoted, and cut where it is long. */
export const quotedShort = (text: string, most = 80): string => JSON.stringify(shortened(text, most));

/** A text of unknown length, cut where it is long. */
export const shortened = (text: string, most = 80): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;
