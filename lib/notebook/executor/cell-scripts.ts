import { createRequire } from "node:module";
import { join } from "node:path";
import vm from "node:vm";
import type { CompiledCode } from "./converter";
import { withDefaults } from "./imports";
import { markName } from "./marks";
import { type CellPosition, type Locate, locator, type Place } from "./positions";

/** The compiled cells of one notebook, run as scripts of this process that share their variables. */
export class CellScripts {
  /** The variables of the notebook, by name. */
  readonly values: Record<string, unknown> = {};
  readonly #require: NodeJS.Require;
  readonly #locators = new Map<string, { label: string; locate: Locate }>();

  constructor(root: string) {
    this.#require = withDefaults(createRequire(join(root, "cell.ts")));
  }

  /**
   * Runs the `n`th cell.
   * @param reached told each statement that it comes to, by its place in the module that it was compiled to
   */
  run(
    n: number,
    { label, code }: { readonly label: string; readonly code: CompiledCode },
    reached: (place: Place) => void,
  ): Promise<void> {
    const { output, maps } = code;
    const script = `cell-${n}`;
    this.#locators.set(script, { label, locate: locator(maps, output.split("\n").length) });
    scope.exports = this.values;
    scope.require = this.#require;
    scope.at = (line, column) => reached({ line: line + 1, column: column + 1 });
    return vm.runInThisContext(wrap(output), {
      filename: script,
      lineOffset: -1,
    });
  }

  /** The cell and the position in its source that a position in a script comes from. */
  readonly locate = (script: string, line: number, column: number): CellPosition | undefined => {
    const entry = this.#locators.get(script);
    const place = entry?.locate(line, column);
    return entry && place && { label: entry.label, ...place };
  };
}

/** What a cell's script finds under `globalThis`: scripts take no arguments. */
interface Scope {
  exports: Record<string, unknown>;
  require: NodeJS.Require;
  at(line: number, column: number): void;
  define(target: Record<string, unknown>, name: string, property: PropertyDescriptor): void;
}

const scopeName = "__cell__";

const scope: Scope = {
  exports: {},
  require: createRequire(__filename),
  at() {},
  // An imported name becomes a plain value, so that a later cell may import or declare it again.
  define(target, name, property) {
    if (name !== "__esModule") target[name] = property.get ? property.get() : property.value;
  },
};
Object.defineProperty(globalThis, scopeName, { value: scope, configurable: true });

function wrap(code: string): string {
  const body = code.replace(/^Object\.defineProperty\(exports, /gm, `${scopeName}.define(exports, `);
  const values = ["exports", "require", "at"].map((name) => `${scopeName}.${name}`).join(", ");
  return `(async function (exports, require, ${markName}) {\n${body}\n})(${values})`;
}
