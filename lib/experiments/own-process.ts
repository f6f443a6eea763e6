import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { UsageError } from "../errors";

/** What the other process sends back. */
type Answer<T> = { readonly value: T } | { readonly error: string };

export interface OwnProcessOptions {
  /** Environment variables besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Node's options, such as `--expose-gc`. */
  readonly flags?: readonly string[];
}

/**
 * Runs a task in a process of its own, for what can only be measured there, such as peak memory. `file` is a
 * file of JavaScript or TypeScript that calls `answerParent`; task and answer must be what JSON can hold.
 * @throws when the task fails or its process ends without an answer, as it does when memory runs out.
 */
export function inOwnProcess<T>(file: string, task: unknown, options: OwnProcessOptions = {}): Promise<T> {
  const { env = {}, flags = [] } = options;
  const child = fork(file, {
    execArgv: file.endsWith(".ts") ? [...flags, "--import", compiler()] : [...flags],
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    let answer: Answer<T> | undefined;
    child.once("message", (message: Answer<T>) => {
      answer = message;
    });
    // Not before its end, at which it may write files, such as profiles.
    child.once("close", (code, signal) => {
      if (answer && "value" in answer) return resolve(answer.value);
      if (answer) return reject(new UsageError(`A process for ${file} failed:\n${answer.error}`));
      const memory = signal === "SIGKILL" ? " Most likely the machine ran out of memory." : "";
      const end = signal ? `by ${signal}` : `with exit code ${code}`;
      reject(
        new UsageError(`A process for ${file} ended ${end} without an answer.${memory}\n${words}`.trim()),
      );
    });
    child.send({ task });
  });
}

const compiler = () => `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

/**
 * Does the task that the parent sends, answers, and ends this process, which also ends when the parent does.
 */
export function answerParent<T>(doTask: (task: T) => Promise<object>): void {
  process.once("disconnect", () => process.exit(1));
  process.once("message", async ({ task }: { readonly task: T }) => {
    const answer: Answer<object> = await doTask(task).then(
      (value) => ({ value }),
      (error: unknown) => ({ error: error instanceof Error ? `${error.stack}` : `${error}` }),
    );
    process.send?.(answer, () => process.exit(0));
  });
}
