import { endWithParent } from "../end-with-parent";
import { createExecutor } from "../executor/executor";
import type { ParameterValue } from "../parameters";
import { cellLimits } from "./limits";
import type { CellReport, CellRequest, SignedReport } from "./messages";

// The process of one notebook: runs the cells that its parent sends, and reports what they show. The channel
// to the parent is not for cells: they find neither `process.send`, by which some packages greet whoever
// started them, nor the token by which the parent knows a report.

const [root, token] = process.argv.splice(2);
const send = process.send?.bind(process);
process.send = undefined;

const tell = (report: CellReport) => {
  send?.({ token, report } satisfies SignedReport);
};

const executor = createExecutor({ root, interactive: false });

// A Ctrl-C in the terminal reaches this process and its parent, which ends it if it doesn't stop. So does
// what is sent to all processes of a group when a terminal is closed or the time of `timeout` is over.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => executor.requestStop());
process.on("disconnect", () => process.exit(1));
endWithParent();

process.on("message", async (request: CellRequest) => {
  if (request.type === "stop") {
    executor.requestStop();
    return;
  }
  const { cell, source, read } = request;
  const limited = cellLimits();
  const failure = await executor.execute(source, (shown) => {
    const output = limited(shown);
    if (output) tell({ type: "output", output, cell });
  });
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
