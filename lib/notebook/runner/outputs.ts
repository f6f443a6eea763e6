import type { Output } from "../executor/output";
import { dataMime, metricsMime, progressMime } from "../mime";
import type { CellOutput, OutputData } from "../nbformat";

/**
 * Characters of a stream that are kept: a loop that prints must not make a notebook that no program can open.
 */
const longest = 1_000_000;

const channels: readonly string[] = [metricsMime, dataMime, progressMime];

/** Collects what a cell sends into the outputs that its notebook keeps. */
export class OutputList {
  readonly #items: { output: CellOutput; displayId?: string }[] = [];

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
        const { name, text } = output;
        const last = this.#items[this.#items.length - 1];
        if (last?.output.output_type === "stream" && last.output.name === name) {
          const before = last.output.text;
          if (before.length > longest) return true;
          const after = before + text;
          last.output = {
            ...last.output,
            text: after.length > longest ? `${after}\n[more was cut off]\n` : after,
          };
        } else {
          this.#items.push({ output: { output_type: "stream", name, text } });
        }
        return true;
      }
      case "display": {
        const { displayId } = output;
        const kept: CellOutput = {
          output_type: "display_data",
          data: withoutChannels(output.data),
          metadata: output.metadata as OutputData,
        };
        if (!output.update) {
          this.#items.push({ output: kept, displayId });
          return true;
        }
        const shown = this.#items.filter((item) => item.displayId === displayId);
        for (const item of shown) item.output = kept;
        return shown.length > 0;
      }
      case "result":
        this.#items.push({
          output: {
            output_type: "execute_result",
            execution_count: count,
            data: withoutChannels(output.data),
            metadata: {},
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
function withoutChannels(data: Readonly<Record<string, unknown>>): OutputData {
  return Object.fromEntries(Object.entries(data).filter(([mime]) => !channels.includes(mime))) as OutputData;
}

function isEmpty(output: CellOutput): boolean {
  return output.output_type === "display_data" && Object.values(output.data).every((value) => value === "");
}
