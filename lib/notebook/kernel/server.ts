import { writeSync } from "node:fs";
import type { Output } from "../executor/output";
import { type ControlChannel, openControl } from "./control";
import type { ExecuteRequest, Handler } from "./handler";
import type { Interrupts } from "./interrupts";
import { type Message, ZmqServer } from "./tslab";

/**
 * tslab's server, extended by what Jupyter's protocol also asks for: real errors, inputs, whole bundles,
 * interrupts.
 */
export class Server extends ZmqServer {
  readonly #handler: Handler;
  readonly #interrupts: Interrupts;
  readonly #types = new WeakMap<Message, string>();
  #control: ControlChannel | undefined;

  constructor(handler: Handler, interrupts: Interrupts, connectionFile: string) {
    super(handler, connectionFile);
    this.#handler = handler;
    this.#interrupts = interrupts;
  }

  /** tslab's own control socket stays unused: a thread has the channel. */
  override async bindSocket(socket: unknown, port: number): Promise<void> {
    if (socket !== this.control) return super.bindSocket(socket, port);
    const { transport, ip, key } = this.connInfo;
    this.#control = await openControl({
      address: `${transport}://${ip}:${port}`,
      key,
      interrupts: this.#interrupts,
      receive: (frames) => void this.handleShellMessage(this.#control, ...frames),
    });
  }

  override async handleShellMessage(socket: unknown, ...parts: Buffer[]): Promise<void> {
    try {
      await super.handleShellMessage(socket, ...parts);
    } catch (error) {
      // A message that can't be answered, such as one with a wrong signature, is no cell's failure.
      writeSync(2, `${error instanceof Error ? error.stack : error}\n`);
    }
  }

  override async handleExecute(socket: unknown, message: Message): Promise<void> {
    const request = message.content as ExecuteRequest;
    if (!this.#handler.busy) this.#interrupts.forget();
    const publish = (type: string, content: object) => this.#reply(message, this.iopub, type, content);
    const reply = await this.#handler.execute(
      request,
      (execution_count) => {
        if (!request.silent) publish("execute_input", { code: request.code, execution_count });
      },
      (output) => {
        if (!request.silent) publish(...toMessage(output, this.#handler.count));
      },
    );
    this.#reply(message, socket, "execute_reply", reply);
  }

  /**
   * tslab knows only its own requests, so all others are routed through the method that answers the rarest
   * one.
   */
  override publishStatus(status: string, parent: Message): void {
    super.publishStatus(status, parent);
    const { msg_type } = parent.header;
    if (status !== "busy" || knownToTslab.includes(msg_type)) return;
    this.#types.set(parent, msg_type);
    parent.header.msg_type = "comm_info_request";
  }

  override handleCommInfoRequest(socket: unknown, message: Message): void {
    const type = this.#types.get(message) ?? "";
    message.header.msg_type = type;
    if (type === "comm_info_request")
      this.#reply(message, socket, "comm_info_reply", { status: "ok", comms: {} });
    if (type === "history_request")
      this.#reply(message, socket, "history_reply", { status: "ok", history: [] });
    if (type === "interrupt_request") {
      // One that came by the control channel was already handled.
      if (socket !== this.#control) this.#handler.interrupt();
      this.#reply(message, socket, "interrupt_reply", { status: "ok" });
    }
  }

  override close(): void {
    super.close();
    this.#control?.close();
    // Timers and native threads of the notebook would keep the process alive; the reply needs a moment to
    // leave.
    setTimeout(() => process.exit(0), 100);
  }

  #reply(to: Message, socket: unknown, type: string, content: object): void {
    const reply = to.createReply();
    reply.header.msg_type = type;
    reply.content = content;
    reply.signAndSend(this.connInfo.key, socket);
  }
}

const knownToTslab: readonly string[] = [
  "kernel_info_request",
  "execute_request",
  "is_complete_request",
  "inspect_request",
  "complete_request",
  "shutdown_request",
];

function toMessage(output: Output, execution_count: number): [type: string, content: object] {
  switch (output.type) {
    case "stream":
      return ["stream", { name: output.name, text: output.text }];
    case "display": {
      const { data, metadata, displayId, update } = output;
      const transient = displayId ? { display_id: displayId } : {};
      return [update ? "update_display_data" : "display_data", { data, metadata, transient }];
    }
    case "result":
      return ["execute_result", { data: output.data, metadata: output.metadata ?? {}, execution_count }];
    case "error": {
      const { ename, evalue, traceback } = output;
      return ["error", { ename, evalue, traceback }];
    }
  }
}
