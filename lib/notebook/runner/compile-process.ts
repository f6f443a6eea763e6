import { endWithParent } from "../end-with-parent";
import { cellStore } from "../executor/cell-store";
import { createConverter } from "../executor/converter";
import { FileWatch } from "../executor/edits";

// The process in which a notebook's cells are compiled, before any runs: see `compileCells`.

const [root] = process.argv.splice(2);
process.on("disconnect", () => process.exit());
endWithParent();
process.once("message", (sources: readonly string[]) => {
  const store = cellStore(root);
  const converter = createConverter({ files: new FileWatch(), docs: false });
  const compileAndKeep = (previous: string, source: string) => {
    const compiled = converter.convert(previous, source);
    if (compiled.diagnostics.length > 0) return undefined; // the notebook says so, should it get there
    store.keep(previous, source, compiled);
    return compiled;
  };
  let declarations = "";
  for (const source of sources) {
    const known = store.find(declarations, source);
    const compiled = known ?? compileAndKeep(declarations, source);
    if (compiled) ({ declarations } = compiled);
  }
  process.disconnect();
});
