import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A message of Jupyter's protocol. */
export interface Message {
  readonly channel: "shell" | "control" | "iopub";
  readonly header: { readonly msg_id: string; readonly msg_type: string };
  readonly parent: { readonly msg_id?: string };
  readonly content: Readonly<Record<string, unknown>>;
}

/** What came of a request: its reply and what was published because of it, up to "idle". */
export interface Answer {
  readonly reply: Message["content"];
  readonly published: readonly Message[];
}

interface Socket {
  connect(address: string): void;
  subscribe?(): void;
  send(parts: (string | Buffer)[]): Promise<void>;
  close(): void;
  linger: number;
  [Symbol.asyncIterator](): AsyncIterator<Buffer[]>;
}

// The library that the kernel's own server uses.
const fromTslab = createRequire(createRequire(__filename).resolve("tslab/package.json"));
const zmq = () => fromTslab("zeromq") as Record<"Dealer" | "Subscriber", new () => Socket>;

const delimiter = "<IDS|MSG>";

/** How a kernel is started. */
export interface StartOptions {
  /** Environment variables besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A front end without a face, which starts a kernel and talks to it. */
export class Client {
  readonly kernel: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly #key = randomUUID();
  readonly #folder = mkdtempSync(join(tmpdir(), "kernel-"));
  readonly #sockets: Record<Message["channel"], Socket>;
  readonly #listeners = new Set<(message: Message) => void>();
  #stderr = "";

  static async start(command: readonly string[], cwd: string, options: StartOptions = {}): Promise<Client> {
    const ports = await Promise.all(Array.from({ length: 5 }, freePort));
    const client = new Client(command, cwd, ports, options);
    await client.#ready();
    return client;
  }

  private constructor(
    command: readonly string[],
    cwd: string,
    ports: readonly number[],
    { env }: StartOptions,
  ) {
    const [shell_port, iopub_port, control_port, stdin_port, hb_port] = ports;
    const connection = { shell_port, iopub_port, control_port, stdin_port, hb_port };
    const file = join(this.#folder, "connection.json");
    const rest = { transport: "tcp", ip: "127.0.0.1", key: this.#key, signature_scheme: "hmac-sha256" };
    writeFileSync(file, JSON.stringify({ ...connection, ...rest }));
    this.kernel = spawn(command[0], [...command.slice(1), file], {
      cwd,
      env: { ...process.env, ...env },
      // Jupyter, too, starts kernels in process groups of their own.
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.kernel.stderr?.on("data", (text) => {
      this.#stderr += text;
    });
    this.exited = new Promise((resolve) => this.kernel.once("exit", resolve));
    const { Dealer, Subscriber } = zmq();
    this.#sockets = { shell: new Dealer(), control: new Dealer(), iopub: new Subscriber() };
    this.#sockets.iopub.subscribe?.();
    for (const channel of ["shell", "control", "iopub"] as const) {
      const socket = this.#sockets[channel];
      socket.linger = 0;
      socket.connect(`tcp://127.0.0.1:${connection[`${channel}_port`]}`);
      void this.#listen(channel, socket);
    }
  }

  /** Sends a request and waits for its reply and for the kernel to be idle again. */
  async request(
    type: string,
    content: object = {},
    options: { channel?: "shell" | "control"; patience?: number } = {},
  ): Promise<Answer> {
    const { channel = "shell", patience = 60_000 } = options;
    const id = randomUUID();
    const published: Message[] = [];
    let reply: Message["content"] | undefined;
    const done = new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => finish(new Error(`No answer to ${type}. ${this.#stderr}`)), patience);
      const finish = (error?: Error) => {
        clearTimeout(timer);
        this.#listeners.delete(hear);
        if (error || !reply) reject(error);
        else resolve({ reply, published });
      };
      const hear = (message: Message) => {
        if (message.parent.msg_id !== id) return;
        if (message.channel === "iopub") published.push(message);
        else reply = message.content;
        const idle = published.some(({ content }) => content.execution_state === "idle");
        if (reply && idle) finish();
      };
      this.#listeners.add(hear);
    });
    await this.#send(channel, id, type, content);
    return done;
  }

  execute(code: string, rest: object = {}): Promise<Answer> {
    return this.request("execute_request", { code, silent: false, stop_on_error: true, ...rest });
  }

  /** Interrupts the kernel as Jupyter does it: its whole process group gets the signal. */
  interrupt(): void {
    process.kill(-(this.kernel.pid as number), "SIGINT");
  }

  /** Waits until a message for which `test` holds was published. */
  published(test: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(() => reject(new Error("No such message came."))), 60_000);
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.#listeners.delete(hear);
        settle();
      };
      const hear = (message: Message) => {
        if (message.channel === "iopub" && test(message)) finish(() => resolve(message));
      };
      this.#listeners.add(hear);
    });
  }

  close(): void {
    try {
      process.kill(-(this.kernel.pid as number), "SIGKILL");
    } catch {
      // It has ended.
    }
    for (const socket of Object.values(this.#sockets)) socket.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The first messages that a kernel publishes are lost until its subscriber is known to it. */
  async #ready(): Promise<void> {
    for (let attempt = 0; attempt < 60; attempt++) {
      const answer = await this.request("kernel_info_request", {}, { patience: 1000 }).catch(() => undefined);
      if (answer) return;
    }
    throw new Error(`The kernel does not answer. ${this.#stderr}`);
  }

  async #send(
    channel: "shell" | "control",
    msg_id: string,
    msg_type: string,
    content: object,
  ): Promise<void> {
    const header = {
      msg_id,
      msg_type,
      session: "test",
      username: "test",
      version: "5.3",
      date: new Date().toISOString(),
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const hmac = createHmac("sha256", this.#key);
    for (const part of parts) hmac.update(part);
    await this.#sockets[channel].send([delimiter, hmac.digest("hex"), ...parts]);
  }

  async #listen(channel: Message["channel"], socket: Socket): Promise<void> {
    for await (const frames of { [Symbol.asyncIterator]: () => socket[Symbol.asyncIterator]() }) {
      const texts = frames.map((frame) => frame.toString());
      const [header, parent, , content] = texts
        .slice(texts.indexOf(delimiter) + 2)
        .map((text) => JSON.parse(text));
      for (const listener of [...this.#listeners]) listener({ channel, header, parent, content });
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address === "object" && address) return address.port;
  throw new Error("no port");
}
