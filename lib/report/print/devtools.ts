import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** A page of a browser that does what it is told by the DevTools protocol. */
export interface BrowserPage {
  /** Sends a command; its result. */
  send(method: string, parameters?: object): Promise<Readonly<Record<string, unknown>>>;
  /** The next event of that name. */
  event(method: string): Promise<void>;
}

const flags = [
  ...["--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"],
];

/**
 * Starts Chromium with a profile of its own, opens an empty page for `use`, and removes both.
 * @throws when the browser doesn't start, ends too early, or `use` takes more than `seconds`.
 */
export async function withBrowserPage<T>(
  program: string,
  use: (page: BrowserPage) => Promise<T>,
  seconds = 120,
): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "print-"));
  // Chromium refuses its sandbox to the administrator, as whom containers run.
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const all = [...flags, ...root, `--user-data-dir=${profile}`, "--remote-debugging-pipe"];
  const browser = spawn(program, all, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const closed = new Promise<void>((resolve) => {
    browser.once("close", () => resolve());
    browser.once("error", () => resolve());
  });
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<never>((_, reject) => {
    browser.once("error", reject);
    browser.once("close", () => reject(new Error("The browser ended before it was done")));
    timer = setTimeout(() => reject(new Error(`The browser took more than ${seconds} s`)), seconds * 1000);
  });
  const connection = connect(browser.stdio[3] as Writable, browser.stdio[4] as Readable);
  try {
    return await Promise.race([openPage(connection).then(use), ended]);
  } finally {
    clearTimeout(timer);
    ended.catch(() => {});
    // Told to close, it ends its helpers too, which would go on writing into the profile.
    connection.send("Browser.close", {}).catch(() => {});
    const killed = setTimeout(() => browser.kill("SIGKILL"), 5000);
    await closed;
    clearTimeout(killed);
    remove(profile);
  }
}

/** What can't be removed is left among the temporary files: the page is printed all the same. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  } catch {
    // A helper of the browser still writes there.
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

interface Connection {
  send(method: string, parameters: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>>;
  event(method: string): Promise<void>;
}

/** Messages are JSON texts, each with a zero byte after it. */
function connect(input: Writable, output: Readable): Connection {
  const answers = new Map<number, (message: Message) => void>();
  const waiting = new Map<string, (() => void)[]>();
  let last = 0;
  let rest = "";
  const receive = (message: Message) => {
    if (message.id !== undefined) answers.get(message.id)?.(message);
    else if (message.method) {
      for (const resolve of waiting.get(message.method) ?? []) resolve();
      waiting.delete(message.method);
    }
  };
  output.setEncoding("utf8");
  output.on("data", (text: string) => {
    const parts = (rest + text).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) receive(JSON.parse(part));
  });
  // A browser that is gone is told by its end.
  for (const stream of [input, output]) stream.on("error", () => {});
  return {
    send(method, parameters, sessionId) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        answers.set(id, ({ result, error }) => {
          answers.delete(id);
          if (error) reject(new Error(`${method}: ${error.message}`));
          else resolve(result ?? {});
        });
        input.write(`${JSON.stringify({ id, method, params: parameters, sessionId })}\0`);
      });
    },
    event: (method) =>
      new Promise((resolve) => {
        waiting.set(method, [...(waiting.get(method) ?? []), resolve]);
      }),
  };
}

async function openPage(connection: Connection): Promise<BrowserPage> {
  const { targetId } = await connection.send("Target.createTarget", { url: "about:blank" });
  const attached = await connection.send("Target.attachToTarget", { targetId, flatten: true });
  const session = `${attached.sessionId}`;
  return {
    send: (method, parameters = {}) => connection.send(method, parameters, session),
    event: connection.event,
  };
}
