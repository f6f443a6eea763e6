import { deserialize, serialize } from "node:v8";
import type { Aside } from "../../files/aside";
import type { Output } from "../executor/output";
import { dataMime, metricsMime, progressMime } from "../mime";
import type { CellOutput, OutputData } from "../nbformat";
import { leftOut, lengthOf, longestDisplay, longestNotebook, longestPrint, longestShown } from "./limits";

const channels: readonly string[] = [metricsMime, dataMime, progressMime];

interface Item {
  output: CellOutput;
  readonly displayId?: string;
  length?: number;
}

/** Shorter outputs are not worth a place on the disk. */
const fewCharacters = 10_000;

/** Collects what a cell sends into the outputs that its notebook keeps. */
export class OutputList {
  #items: Item[] = [];
  /** Reads the items where they have been set aside. */
  #aside?: () => Item[];
  readonly #displayIds = new Set<string | undefined>();
  #printed = 0;
  #shown = 0;
  #full = false;
  readonly #room: number;

  /** @param room the characters that outputs of other cells leave of what a notebook may have */
  constructor(room = longestNotebook) {
    this.#room = room;
  }

  /** The characters of the outputs so far. */
  get length(): number {
    return Math.min(this.#printed, longestPrint) + this.#shown;
  }

  /** The outputs so far, without empty ones. */
  get outputs(): CellOutput[] {
    const items = this.#aside?.() ?? this.#items;
    return items.map(({ output }) => output).filter((output) => !isEmpty(output));
  }

  /** Frees the memory of the outputs so far, if that is much: they are read when they are needed. */
  setAside(aside: Aside): void {
    if (this.#aside || this.length < fewCharacters) return;
    const read = aside.put(serialize(this.#items));
    this.#aside = () => {
      try {
        return deserialize(read());
      } catch (error) {
        const reason = error instanceof Error ? error.message : `${error}`;
        return [
          { output: asOutput(`[What this cell had shown can't be read from the disk again: ${reason}]`) },
        ];
      }
    };
    this.#items = [];
  }

  /**
   * Adds an output of the cell that runs as number `count`. Returns false for an update of an unknown
   * display.
   */
  add(output: Output, count: number): boolean {
    if (output.type === "display" && output.update && !this.#displayIds.has(output.displayId)) return false;
    if (this.#aside) [this.#items, this.#aside] = [this.#aside(), undefined];
    switch (output.type) {
      case "stream": {
        const room = Math.min(longestPrint, this.#room - this.#shown) - this.#printed;
        if (room < 0) return true;
        this.#printed += output.text.length;
        const cut = output.text.length > room;
        const text = cut ? `${output.text.slice(0, room)}\n[more was cut off]\n` : output.text;
        const last = this.#items[this.#items.length - 1];
        if (last?.output.output_type === "stream" && last.output.name === output.name) {
          last.output = { ...last.output, text: last.output.text + text };
        } else {
          this.#items.push({ output: { output_type: "stream", name: output.name, text } });
        }
        return true;
      }
      case "display": {
        const { displayId } = output;
        const shown: CellOutput = {
          output_type: "display_data",
          data: kept(output.data),
          metadata: output.metadata as OutputData,
        };
        const length = lengthOf(shown.data);
        if (!output.update) {
          this.#push({ output: shown, displayId, length });
          return true;
        }
        const updated = this.#items.filter((item) => item.displayId === displayId);
        for (const item of updated) {
          const growth = length - (item.length ?? 0);
          const fits = growth <= 0 || growth <= this.#left();
          const output = fits ? shown : asOutput(this.#leftOut(length));
          this.#shown += fits ? growth : -(item.length ?? 0);
          [item.output, item.length] = [output, fits ? length : 0];
        }
        return true;
      }
      case "result": {
        const data = kept(output.data);
        const metadata = (output.metadata ?? {}) as OutputData;
        this.#push({
          output: { output_type: "execute_result", execution_count: count, data, metadata },
          length: lengthOf(data),
        });
        return true;
      }
      case "error": {
        const { ename, evalue, traceback } = output;
        const length = lengthOf({ ename, evalue, traceback });
        this.#push({ output: { output_type: "error", ename, evalue, traceback: [...traceback] }, length });
        return true;
      }
    }
  }

  /** Adds it, or says once that there was more than is kept. */
  #push(item: Item & { readonly length: number }): void {
    if (item.length <= this.#left()) {
      this.#displayIds.add(item.displayId);
      this.#shown += item.length;
      this.#items.push(item);
    } else if (!this.#full) {
      this.#full = true;
      this.#items.push({ output: asOutput(this.#leftOut(item.length)) });
    }
  }

  /** The characters that may still be shown. */
  #left(): number {
    const printed = Math.min(this.#printed, longestPrint);
    return Math.min(longestShown, this.#room - printed) - this.#shown;
  }

  #leftOut(length: number): string {
    return this.#room < longestShown
      ? leftOut(length, longestNotebook, " of one notebook")
      : leftOut(length, longestShown, " of one cell, as of what it shows after this");
  }
}

/** The formats that are kept: all came as JSON, so that nbformat's types hold. */
function kept(data: Readonly<Record<string, unknown>>): OutputData {
  const entries = Object.entries(data).filter(([mime]) => !channels.includes(mime));
  const length = lengthOf(Object.fromEntries(entries));
  if (length <= longestDisplay) return Object.fromEntries(entries) as OutputData;
  return { "text/plain": leftOut(length, longestDisplay) };
}

const asOutput = (text: string): CellOutput => ({
  output_type: "display_data",
  data: { "text/plain": text },
  metadata: {},
});

function isEmpty(output: CellOutput): boolean {
  return output.output_type === "display_data" && Object.values(output.data).every((value) => value === "");
}
