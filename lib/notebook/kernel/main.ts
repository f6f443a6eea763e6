import { resolve } from "node:path";
import { endWithParent } from "../end-with-parent";
import { createExecutor } from "../executor/executor";
import { Handler } from "./handler";
import { hearInterrupts } from "./interrupts";
import { Server } from "./server";

// The Jupyter kernel. Jupyter starts it with the path of a connection file.

const handler = new Handler(createExecutor({ root: resolve(__dirname, "../../.."), interactive: true }));
const interrupts = hearInterrupts(handler);
endWithParent();
void new Server(handler, interrupts, resolve(process.argv[2])).init();
