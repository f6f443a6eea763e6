import type { Output } from "../executor/output";

// What a cell shows must not make a notebook that no program can open, nor fill the runner's memory.

/** Characters that are kept of all that a cell prints. */
export const longestPrint = 1_000_000;

/** Characters that one display or result may have. */
export const longestDisplay = 20_000_000;

/** Characters that all displays, results and errors of a cell may have. */
export const longestShown = 50_000_000;

/** Characters that all outputs of a notebook may have: some programs can read no file of more than 512 MB. */
export const longestNotebook = 300_000_000;

/** Characters that the outputs of a cell may have nevertheless, such as an error. */
export const leastShown = 1_000_000;

/** The length of a record's values as JSON, roughly. */
export const lengthOf = (data: Readonly<Record<string, unknown>>): number =>
  Object.values(data).reduce((sum: number, value) => sum + lengthOfValue(value), 0);

const lengthOfValue = (value: unknown) =>
  typeof value === "string" ? value.length : (JSON.stringify(value)?.length ?? 0);

/** What is said in place of an output that is left out. */
export function leftOut(length: number, most: number, of = ""): string {
  const [size, limit] = [length, most].map((characters) => `${Math.round(characters / 1e6)} MB`);
  return `[An output of ${size} was left out: ${limit} is the most that is kept${of}.]`;
}

/**
 * Cuts what one cell sends to the runner, so that no more of it travels there than would be kept: of what is
 * printed a character more than that, so that the runner sees that it was more.
 */
export function cellLimits(): (output: Output) => Output | undefined {
  let printed = 0;
  return (output) => {
    if (output.type === "stream") {
      const room = longestPrint + 1 - printed;
      if (room <= 0) return undefined;
      printed += output.text.length;
      return output.text.length > room ? { ...output, text: output.text.slice(0, room) } : output;
    }
    if (output.type === "error") return output;
    const length = lengthOf(output.data);
    if (length <= longestDisplay) return output;
    return { ...output, data: { "text/plain": leftOut(length, longestDisplay) } };
  };
}
