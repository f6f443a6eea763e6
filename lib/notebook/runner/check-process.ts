import { endWithParent } from "../end-with-parent";
import { type CheckedNotebook, checkTypes } from "./check-types";

// The process of a type check, which keeps the compiler's seconds of work from the runner.

const [root] = process.argv.splice(2);
process.on("disconnect", () => process.exit());
endWithParent();
process.once("message", (notebooks: readonly CheckedNotebook[]) => {
  process.send?.(checkTypes(root, notebooks));
});
