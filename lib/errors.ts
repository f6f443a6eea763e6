/**
 * Errors that say what was expected, what was received, and what to do.
 * @module errors
 */

/** An error for the user: it says what was expected, what was received and, where known, what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
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

/** `expected("a scale above 0", "-1", "Try 1.")` → "Expected a scale above 0, but received -1. Try 1.". */
export function expected(what: string, received: string, advice = ""): UsageError {
  return new UsageError(`Expected ${what}, but received ${received}.${advice ? ` ${advice}` : ""}`);
}

/**
 * A package that is needed for one thing only, and that a project may do without.
 * @param load imports it, or finds one of its files
 * @throws an error that says what it is for and how to install it, when it isn't there.
 */
export async function optionalPackage<T>(name: string, use: string, load: () => Promise<T> | T): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
    throw expected(`the npm package ${name}, for ${use}`, "none", `To install it: npm install ${name}`);
  }
}

/**
 * The entry of `options` called `name`.
 * @throws when there is none; the error lists the names and suggests the nearest.
 */
export function choose<T>(what: string, name: string, options: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(options, name)) return options[name];
  const names = Object.keys(options);
  const near = nearest(name, names);
  throw expected(`one of ${names.join(", ")} as ${what}`, `"${name}"`, near ? `Did you mean "${near}"?` : "");
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

/** A text of unknown length, for a message: quoted, and cut where it is long. */
export function quotedShort(text: string, most = 80): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most - 1)}…` : text);
}
