import type { Output } from "../executor/output";
import { dataMime, metricsMime, progressMime } from "../mime";
import type { CellOutput, OutputData } from "../nbformat";

// What a cell shows must not make a notebook that no program can open.

/** Characters that are kept of all that a cell prints. */
const longestPrint = 1_000_000;

/** Characters that one display or result may have. */
const longestDisplay = 20_000_000;

const channels: readonly string[] = [metricsMime, dataMime, progressMime];

/** Collects what a cell sends into the outputs that its notebook keeps. */
export class OutputList {
  readonly #items: { output: CellOutput; displayId?: string }[] = [];
  #printed = 0;

  /** The outputs so far, without empty ones. */
  get outputs(): CellOutput[] {
    return this.#items.map(({ output }) => output).filter((output) => !isEmpty(output));
  }

  /**
   * Adds an output of the cell that runs as number `count`. Returns false for an update of an unknown
   * display.
   */
  add(output: Output, count: number): boolean {
    switch (output.type) {
      case "stream": {
        const room = longestPrint - this.#printed;
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
        if (!output.update) {
          this.#items.push({ output: shown, displayId });
          return true;
        }
        const updated = this.#items.filter((item) => item.displayId === displayId);
        for (const item of updated) item.output = shown;
        return updated.length > 0;
      }
      case "result":
        this.#items.push({
          output: {
            output_type: "execute_result",
            execution_count: count,
            data: kept(output.data),
            metadata: (output.metadata ?? {}) as OutputData,
          },
        });
        return true;
      case "error": {
        const { ename, evalue, traceback } = output;
        this.#items.push({ output: { output_type: "error", ename, evalue, traceback: [...traceback] } });
        return true;
      }
    }
  }
}

/** The formats that are kept: all came as JSON, so that nbformat's types hold. */
function kept(data: Readonly<Record<string, unknown>>): OutputData {
  const entries = Object.entries(data).filter(([mime]) => !channels.includes(mime));
  const length = entries.reduce((sum, [, value]) => sum + lengthOf(value), 0);
  if (length <= longestDisplay) return Object.fromEntries(entries) as OutputData;
  const [size, most] = [length, longestDisplay].map((characters) => `${Math.round(characters / 1e6)} MB`);
  return { "text/plain": `[An output of ${size} was left out: ${most} is the most that is kept.]` };
}

const lengthOf = (value: unknown) =>
  typeof value === "string" ? value.length : (JSON.stringify(value)?.length ?? 0);

function isEmpty(output: CellOutput): boolean {
  return output.output_type === "display_data" && Object.values(output.data).every((value) => value === "");
}
