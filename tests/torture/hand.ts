import type { Work } from "./work";
import { write } from "./writer";

// A process that does one task, or one after another for its parent.

/** A task; as it is given to a process, JSON. */
export type Task =
  | { readonly kind: "work"; readonly work: Work }
  | { readonly kind: "write"; readonly folder: string; readonly name: string };

async function perform(task: Task): Promise<void> {
  if (task.kind === "write") write(task.folder, task.name);
  // Writing does without the engine, which takes long to load.
  else await (await import("./work")).work(task.work);
}

const lineOf = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : `${error}`);

const [given] = process.argv.slice(2);
if (given) {
  perform(JSON.parse(given)).catch((error: unknown) => {
    process.stderr.write(`${lineOf(error)}\n`);
    process.exitCode = 1;
  });
} else {
  process.on("disconnect", () => process.exit());
  process.on("message", (task: Task) => {
    perform(task).then(
      () => process.send?.({ code: 0, err: "" }),
      (error: unknown) => process.send?.({ code: 1, err: lineOf(error) }),
    );
  });
  process.send?.("ready");
}
