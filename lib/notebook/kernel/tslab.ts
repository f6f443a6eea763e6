import { createRequire } from "node:module";

const fromHere = createRequire(__filename);

/** A message as tslab's server reads and writes it. */
export interface Message {
  readonly header: { msg_type: string };
  content: unknown;
  createReply(): Message;
  signAndSend(key: string, socket: unknown): void;
}

/** tslab's server of Jupyter's protocol, as far as it is extended here. */
export interface ZmqServer {
  readonly connInfo: { readonly key: string; readonly transport: string; readonly ip: string };
  readonly iopub: unknown;
  readonly control: unknown;
  bindSocket(socket: unknown, port: number): Promise<void>;
  init(): Promise<void>;
  close(): void;
  publishStatus(status: string, parent: Message): void;
  handleExecute(socket: unknown, message: Message): Promise<void>;
  handleShellMessage(socket: unknown, ...parts: Buffer[]): Promise<void>;
  handleCommInfoRequest(socket: unknown, message: Message): void;
  handleShutdown(socket: unknown, message: Message): void;
}

/** tslab's server class. It asks `handler` and reads the connection file at `configPath`. */
export const ZmqServer: new (handler: unknown, configPath: string) => ZmqServer =
  fromHere("tslab/dist/jupyter").ZmqServer;

/** Whether a cell's text is complete, or how far the next line is to be indented. */
export const isCompleteCode: (code: string) => { completed: boolean; indent?: string } =
  fromHere("tslab/dist/converter").isCompleteCode;
