import { resolve } from "node:path";
import { endWithParent } from "../end-with-parent";
import { createExecutor } from "../executor/executor";
import { Handler } from "./handler";
import { Server } from "./server";

// The Jupyter kernel. Jupyter starts it with the path of a connection file.

const handler = new Handler(createExecutor({ root: resolve(__dirname, "../../.."), interactive: true }));
process.on("SIGINT", () => handler.interrupt());
endWithParent();
void new Server(handler, resolve(process.argv[2])).init();
