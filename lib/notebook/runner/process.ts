import { createExecutor } from "../executor/executor";
import type { ParameterValue } from "../parameters";
import type { Report, Request } from "./messages";

// The process of one notebook: runs the cells that its parent sends, and reports what they show.

const tell = (report: Report) => {
  process.send?.(report);
};

// The parent stops this process; a Ctrl-C in the terminal reaches both.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(1));

const executor = createExecutor({ root: process.argv[2], interactive: false });

process.on("message", async ({ cell, source, read }: Request) => {
  const failure = await executor.execute(source, (output) => tell({ type: "output", output, cell }));
  tell({
    type: "done",
    failure,
    values: Object.fromEntries(read.map((name) => [name, asJson(executor.valueOf(name))])),
    peakMemory: process.resourceUsage().maxRSS * 1024,
  });
});

function asJson(value: unknown): ParameterValue {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch {
    return `${value}`;
  }
}

tell({ type: "ready" });
