import { afterAll, describe, expect, it } from "vitest";
import type { Failure, Output } from "../../lib/notebook/executor/output";
import { NotebookProcess } from "../../lib/notebook/runner/notebook-process";
import { makeProject } from "./project";

const project = makeProject({
  "lib/things.ts": `
    export interface Thing { readonly size: number }
    export const thing = (size: number): Thing => Object.freeze({ size });
    export function fail(): never { throw new Error("from lib"); }
  `,
});
const processes: NotebookProcess[] = [];
afterAll(() => {
  for (const child of processes) child.kill();
  project.remove();
});

/** A notebook whose cells are run one by one. */
function notebook() {
  const outputs: Output[][] = [];
  const child = new NotebookProcess(project.root, (output, cell) => outputs[cell].push(output));
  processes.push(child);
  return {
    outputs,
    async run(source: string): Promise<{ outputs: Output[]; failure?: Failure }> {
      const mine: Output[] = [];
      outputs.push(mine);
      const { failure } = await child.execute(outputs.length - 1, source, []);
      return { outputs: mine, failure };
    },
  };
}

// Starting a notebook takes a second, so most tests are cells of the same one.
const { run, outputs: all } = notebook();

const texts = (outputs: readonly Output[]) =>
  outputs.map((output) => (output.type === "stream" ? output.text : output.type)).join("");
const result = (outputs: readonly Output[]) =>
  outputs.flatMap((output) => (output.type === "result" ? [output.data["text/plain"]] : []));
const plain = (failure?: Failure) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI colours begin with one
  (failure?.traceback ?? []).join("\n").replace(/\u001b\[\d+m/g, "");

describe("a cell's value", () => {
  it("is that of its last expression, and nothing for statements or undefined", async () => {
    expect(result((await run("1 + 1")).outputs)).toEqual(["2"]);
    expect(result((await run('"a\\nb"')).outputs)).toEqual(["a\nb"]);
    expect((await run("const x = 3;")).outputs).toEqual([]);
    expect((await run("undefined")).outputs).toEqual([]);
    expect(result((await run("null")).outputs)).toEqual(["null"]);
  });

  it("is waited for when it is a promise", async () => {
    expect(result((await run("Promise.resolve({ n: 1 })")).outputs)).toEqual(["{ n: 1 }"]);
  });

  it("is shown in all its formats when it can be", async () => {
    const { outputs } = await run('({ toBundle: async () => ({ "text/plain": "p", "text/html": "<p>" }) })');
    expect(outputs).toEqual([{ type: "result", data: { "text/plain": "p", "text/html": "<p>" } }]);
  });

  it("is shown with the size that it asks for", async () => {
    const metadata = { "image/png": { width: 10, height: 5 } };
    const { outputs } = await run(
      `({ toBundle: () => ({ "image/png": "AA" }), metadata: ${JSON.stringify(metadata)} })`,
    );
    expect(outputs).toEqual([{ type: "result", data: { "image/png": "AA" }, metadata }]);
  });

  it("is shown with and without a semicolon, but not after void", async () => {
    expect(result((await run("1 + 1;")).outputs)).toEqual(["2"]);
    expect((await run("void (1 + 1);")).outputs).toEqual([]);
  });

  it("is summarised where it is an array, or holds arrays", async () => {
    await run(`
      const data = Float32Array.from({ length: 12 }, (_, k) => k / 4);
      const array = Object.freeze({ shape: [6, 2], data });
      const row = { shape: [2], data: Float64Array.of(1, 2.5) };
      const frozen = Object.freeze({ x: array, list: [data, "b"], get later() { return 1; } });`);
    const sum = "0, 0.25, 0.5, 0.75, 1, 1.25, … (min 0, mean 1.375, max 2.75)";
    expect(result((await run("array")).outputs)).toEqual([`float32 [6, 2]: ${sum}`]);
    expect(result((await run("row")).outputs)).toEqual(["float64 [2]: 1, 2.5"]);
    const [text] = result((await run("frozen")).outputs);
    expect(`${text}`.replace(/\s+/g, " ")).toBe(
      `{ x: float32 [6, 2]: ${sum}, list: [ float32 [12]: ${sum}, 'b' ], later: [Getter] }`,
    );
    expect(result((await run("Int32Array.from([1, 2])")).outputs)).toEqual(["Int32Array(2) [ 1, 2 ]"]);
    const odd = "[NaN, Infinity, 1, 1, 1, 1, 1, 1]";
    expect(result((await run(`new Float64Array(${odd})`)).outputs)).toEqual([
      "float64 [8]: NaN, Infinity, 1, 1, 1, 1, … (min 1, mean 1, max 1, 2 not finite)",
    ]);
    expect(result((await run("new Float32Array(7).fill(NaN)")).outputs)[0]).toContain("(7 not finite)");
  });

  it("is a table where it is a data frame, of packages imported by their default or not", async () => {
    const frames = [
      'import dfd from "danfojs-node";\nnew dfd.DataFrame([[1, 2]], { columns: ["a", "b"] })',
      'import * as all from "danfojs-node";\nnew all.DataFrame([[1, 2]], { columns: ["a", "b"] })',
      'import { table } from "arquero";\ntable({ a: [1], b: [2] })',
    ];
    for (const frame of frames) {
      const { outputs, failure } = await run(frame);
      expect(failure).toBeUndefined();
      const [output] = outputs;
      expect(output).toMatchObject({
        type: "result",
        data: {
          "text/html": expect.stringContaining("<table"),
          "text/plain": expect.stringContaining("1 row"),
        },
      });
    }
  });

  it("may be anything that printing can show", async () => {
    const { outputs } = await run("const loop: { self?: unknown } = {};\nloop.self = loop;\nloop");
    expect(result(outputs)[0]).toContain("[Circular *1]");
    expect(result((await run("10n ** 20n")).outputs)).toEqual(["100000000000000000000n"]);
  });
});

describe("variables", () => {
  it("live on in later cells, with their types", async () => {
    await run(
      "let count = 1;\nconst data = { train: [1, 2], test: [3] };\n" +
        "function double(n: number) { return 2 * n; }",
    );
    await run("interface Point { x: number }\nclass Box { constructor(readonly count: number) {} }");
    expect(result((await run("count += 2;\ncount")).outputs)).toEqual(["3"]);
    expect(result((await run("double(count)")).outputs)).toEqual(["6"]);
    expect(result((await run("({ count, double: 1 })")).outputs)).toEqual(["{ count: 3, double: 1 }"]);
    expect(result((await run("const { train: t, test } = data;\n[t, test]")).outputs)).toEqual([
      "[ [ 1, 2 ], [ 3 ] ]",
    ]);
    expect(result((await run("const p: Point = { x: count };\nnew Box(p.x)")).outputs)).toEqual([
      "Box { count: 3 }",
    ]);
    const { failure } = await run("const s: string = count;");
    expect(failure?.ename).toBe("TypeScriptError");
  });

  it("may be declared again with another type", async () => {
    await run("const again = 1;");
    expect(result((await run('const again = "text";\nagain.toUpperCase()')).outputs)).toEqual(["TEXT"]);
    expect(result((await run("again.length")).outputs)).toEqual(["4"]);
  });

  it("keep what a cell changed before it failed", async () => {
    await run("let stage = 0;");
    expect((await run('stage = 1;\nthrow new Error("late");')).failure?.evalue).toBe("late");
    expect(result((await run("stage")).outputs)).toEqual(["1"]);
  });
});

describe("imports", () => {
  it("find the project's lib, again and again, by either kind of path", async () => {
    expect((await run('import { thing } from "./lib/things";\nthing(2).size')).failure).toBeUndefined();
    const { outputs } = await run(
      'import { thing, type Thing } from "./lib/things.js";\nconst t: Thing = thing(4);\nt',
    );
    expect(result(outputs)).toEqual(["{ size: 4 }"]);
    expect(result((await run("thing(5).size")).outputs)).toEqual(["5"]);
  });

  it("find packages and Node's modules, as modules and when asked for later", async () => {
    const { outputs } = await run(
      'import { basename } from "node:path";\nimport * as png from "fast-png";\n' +
        'const later = await import("./lib/things");\n' +
        '[basename("a/b"), typeof png.encode, later.thing(1).size]',
    );
    expect(result(outputs)).toEqual(["[ 'b', 'function', 1 ]"]);
  });

  it("are checked against the types of lib", async () => {
    const { failure } = await run('thing("two");');
    expect(failure?.evalue).toBe(
      "line 1, column 7: Argument of type 'string' is not assignable to parameter of type 'number'. (TS2345)",
    );
  });

  it("of what is not there are compile errors", async () => {
    expect((await run('import { nothing } from "./lib/nowhere";\nnothing')).failure?.evalue).toContain(
      "TS2307",
    );
    expect((await run('import { nothing } from "./lib/things";\nnothing')).failure?.evalue).toContain(
      "has no exported member named 'nothing'",
    );
  });
});

describe("await", () => {
  it("may stand wherever a module's top level allows it", async () => {
    const cell = `
      const later = async (n: number) => n;
      const a = await later(1);
      const b = await (later(2));
      let sum = 0;
      for await (const n of [later(3), 4]) sum += n;
      for (const n of [5, 6]) { sum += await later(n); }
      if (await later(1)) sum += a + b;
      sum`;
    expect(result((await run(cell)).outputs)).toEqual(["21"]);
  });

  it("in a function that is not async is a compile error", async () => {
    const { failure } = await run("function f() { await Promise.resolve(1); }");
    expect(failure?.ename).toBe("TypeScriptError");
    expect(failure?.evalue).toContain("'await' expressions are only allowed within async functions");
  });
});

describe("errors", () => {
  it("tell the cell's line and column, through functions of earlier cells", async () => {
    const first = all.length + 1;
    await run(
      "// line one\nfunction check(n: number): number {\n" +
        '  if (n > 1) throw new RangeError(n + " is too much");\n  return n;\n}',
    );
    const { failure, outputs: shown } = await run(
      "type Unused = { a: number };\n\nconst safe: number = check(1);\ncheck(safe + 1);",
    );
    expect(failure).toMatchObject({ type: "error", ename: "RangeError", evalue: "2 is too much" });
    expect(shown).toEqual([failure]);
    expect(plain(failure)).toBe(
      [
        "RangeError: 2 is too much",
        "  3 | const safe: number = check(1);",
        "> 4 | check(safe + 1);",
        "    | ^",
        `    at check (cell ${first}, line 3, column 20)`,
        `    at (cell ${first + 1}, line 4, column 1)`,
      ].join("\n"),
    );
  });

  it("of lib name its file, and have their causes", async () => {
    const { failure } = await run(
      'import { fail } from "./lib/things";\n' +
        'try { fail(); } catch (cause) { throw new Error("outer", { cause }); }',
    );
    expect(plain(failure)).toMatch(
      /^Error: outer[\s\S]*Caused by:\nError: from lib[\s\S]*lib\/things\.ts:4:/,
    );
    expect(plain(failure)).not.toContain("notebook/executor");
  });

  it("of the compiler are all told, with their places", async () => {
    const { failure } = await run(
      'const a: string = 1;\nconst b: { x: { y: number } } = { x: { y: "" } };\nmissing();',
    );
    expect(failure?.ename).toBe("TypeScriptError");
    expect(failure?.evalue.split("\n")).toEqual([
      "line 1, column 7: Type 'number' is not assignable to type 'string'. (TS2322)",
      "line 2, column 40: Type 'string' is not assignable to type 'number'. (TS2322)",
      "line 3, column 1: Cannot find name 'missing'. (TS2304)",
    ]);
    expect(plain(failure)).toContain("> 3 | missing();\n    | ^");
  });

  it("of syntax are told, and nothing of the cell runs", async () => {
    const { failure, outputs: shown } = await run('console.log("ran");\nconst = 3;');
    expect(failure?.evalue).toContain("line 2, column 7: Variable declaration expected.");
    expect(texts(shown)).toBe("error");
  });

  it("do not keep later cells from running", async () => {
    expect((await run("throw new Error()")).failure).toMatchObject({ ename: "Error", evalue: "" });
    expect(result((await run("6 * 7")).outputs)).toEqual(["42"]);
  });

  it("may be values that are no errors", async () => {
    expect((await run("throw { code: 3 };")).failure).toMatchObject({
      ename: "Thrown",
      evalue: "{ code: 3 } was thrown, which is not an Error",
    });
  });

  it("that nobody waits for fail the running cell", async () => {
    const rejected = await run('Promise.reject(new TypeError("unheard"));\nconsole.log("end");');
    expect(rejected.failure).toMatchObject({ ename: "TypeError", evalue: "unheard" });
    const thrown = await run(
      'setTimeout(() => { throw new Error("from a timer"); }, 1);\n' +
        "await new Promise((r) => setTimeout(r, 5000));",
    );
    expect(thrown.failure).toMatchObject({ ename: "Error", evalue: "from a timer" });
  });

  it("and output of what a cell left behind belong to that cell", async () => {
    const left = all.length;
    await run('setTimeout(() => console.log("late"), 50);\nundefined');
    await run("await new Promise((r) => setTimeout(r, 200));");
    expect(texts(all[left])).toBe("late\n");
    expect(all[left + 1]).toEqual([]);
  });

  it("tell of types that a later cell could not name", async () => {
    const { failure } = await run(
      "const made = (() => { class Hidden { private secret = 1; }\n return class extends Hidden {}; })();",
    );
    expect(failure?.evalue).toContain("TS4094");
  });
});

describe("output", () => {
  it("keeps its order across streams", async () => {
    const { outputs } = await run(
      'console.log("a");\nconsole.error("b");\nprocess.stdout.write("c");\nundefined',
    );
    expect(outputs).toEqual([
      { type: "stream", name: "stdout", text: "a\n" },
      { type: "stream", name: "stderr", text: "b\n" },
      { type: "stream", name: "stdout", text: "c" },
    ]);
  });

  it("of tslab's own display is shown", async () => {
    const { outputs } = await run('import { display } from "tslab";\ndisplay.html("<b>b</b>");');
    expect(outputs).toMatchObject([{ type: "display", data: { "text/html": "<b>b</b>" }, update: false }]);
  });

  it("of several shows keeps its order, awaited or not", async () => {
    const { outputs } = await run(`
      import { show } from "./lib";
      const later = (r: (bundle: {}) => void) => setTimeout(() => r({ "text/plain": "slow" }), 50);
      const slow = { toBundle: () => new Promise<{}>(later) };
      show(slow, { toBundle: () => ({ "text/plain": "fast" }) });
      show({ toBundle: () => ({ "text/plain": "last" }) });`);
    const shown = outputs.map((output) => output.type === "display" && output.data["text/plain"]);
    expect(shown).toEqual(["slow", "fast", "last"]);
  });

  it("that can't be shown fails the cell, awaited or not", async () => {
    const broken = await run(
      'import { show } from "./lib";\nshow({ toBundle: () => { throw new Error("no figure"); } });\n1',
    );
    expect(broken.failure).toMatchObject({ evalue: "no figure" });
    const wrong = await run('await show("text" as never);');
    expect(wrong.failure).toMatchObject({ ename: "UsageError" });
    expect(wrong.failure?.evalue).toContain("Expected a figure or a table to show, but received String");
  });
});

describe("the end of the process", () => {
  it("fails the cell that ran and those after it", async () => {
    const { run } = notebook();
    const { failure } = await run('console.log("before");\nprocess.exit(3);');
    expect(failure).toMatchObject({ ename: "ProcessEnded" });
    expect(failure?.evalue).toContain("exit code 3");
    expect((await run("1")).failure).toMatchObject({ ename: "ProcessEnded" });
  });
});
