import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeKernelspec } from "../../../lib/notebook/kernel/kernelspec";
import { makeProject } from "../project";
import { type Answer, Client } from "./client";

const types = ({ published }: Answer) => published.map(({ header }) => header.msg_type);
const contents = ({ published }: Answer, type: string) =>
  published.filter(({ header }) => header.msg_type === type).map(({ content }) => content);
const printed = (answer: Answer) =>
  contents(answer, "stream")
    .map(({ text }) => text)
    .join("");

describe("the kernel", () => {
  const project = makeProject({ "lib/extra.ts": "export const version: number = 1;\n" });
  let client: Client;

  beforeAll(async () => {
    const folder = writeKernelspec(project.root);
    const spec = JSON.parse(
      readFileSync(join(folder, "kernels", "coupled-interpolants", "kernel.json"), "utf8"),
    );
    const command = spec.argv.slice(0, -1);
    expect(spec.argv.at(-1)).toBe("{connection_file}");
    // Jupyter starts kernels in the notebook's folder.
    client = await Client.start(command, join(project.root, "lib"));
  });

  afterAll(() => {
    client?.close();
    project.remove();
  });

  it("describes its language", async () => {
    const { reply } = await client.request("kernel_info_request");
    expect(reply).toMatchObject({
      status: "ok",
      protocol_version: "5.3",
      language_info: { name: "typescript", file_extension: ".ts" },
    });
  });

  it("runs cells with counts, inputs and results", async () => {
    const first = await client.execute("let a = 20 + 1;");
    const second = await client.execute("a *= 2;\na");
    expect(first.reply).toMatchObject({ status: "ok" });
    const count = first.reply.execution_count as number;
    expect(second.reply.execution_count).toBe(count + 1);
    expect(contents(second, "execute_input")).toEqual([{ code: "a *= 2;\na", execution_count: count + 1 }]);
    expect(contents(second, "execute_result")).toEqual([
      { data: { "text/plain": "42" }, metadata: {}, execution_count: count + 1 },
    ]);
    expect(types(second)).toEqual(["status", "execute_input", "execute_result", "status"]);
  });

  it("imports the project's lib with its types, wherever it was started", async () => {
    const { reply } = await client.execute(
      'import { pick } from "./lib";\nconst n: string = pick("quick", { quick: 1, small: 2, paper: 3 });',
    );
    expect(reply).toMatchObject({ status: "error", ename: "TypeScriptError" });
    expect(reply.evalue).toContain("Type 'number' is not assignable to type 'string'");
  });

  it("shows a bundle as one output and updates it in place", async () => {
    const shown = await client.execute(
      'import { show } from "./lib";\nshow({ toBundle: () => ({ "text/plain": "p", "text/html": "<p>" }) });',
    );
    expect(contents(shown, "display_data")).toMatchObject([
      { data: { "text/plain": "p", "text/html": "<p>" } },
    ]);
    const worked = await client.execute(
      'import { progress } from "./lib";\nconst p = progress("work");\n' +
        "p({ step: 0, steps: 2 }); p({ step: 2, steps: 2 });",
    );
    const [start] = contents(worked, "display_data");
    const [end] = contents(worked, "update_display_data");
    expect(start).toMatchObject({ data: { "text/plain": expect.stringContaining("work: 0/2 steps") } });
    expect(end).toMatchObject({ data: { "text/plain": expect.stringContaining("work: 2/2 steps") } });
    expect(end.transient).toEqual(start.transient);
  });

  it("sends errors as errors, and aborts only what was already waiting", async () => {
    const answers = await Promise.all([
      client.execute('throw new RangeError("too far");'),
      client.execute('console.log("waiting");'),
    ]);
    expect(answers[0].reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "too far" });
    expect(contents(answers[0], "error")).toMatchObject([{ ename: "RangeError", evalue: "too far" }]);
    expect(answers[1].reply).toEqual({ status: "aborted" });
    expect(printed(await client.execute('console.log("later");'))).toBe("later\n");
  });

  it("stops a loop and a pending await on an interrupt, and lives on", async () => {
    for (const code of ["while (true) {}", "await new Promise(() => {});"]) {
      const running = client.published(({ content }) => content.code === code);
      const answer = client.execute(code);
      await running;
      await new Promise((resolve) => setTimeout(resolve, 300));
      client.kernel.kill("SIGINT");
      expect((await answer).reply).toMatchObject({ status: "error", ename: "Interrupted" });
    }
    expect(printed(await client.execute("console.log(a)"))).toBe("42\n");
  });

  it("stops on an interrupt message; what was interrupted stops when it next shows something", async () => {
    const code =
      'import { progress, show } from "./lib";\nlet turns = 0;\nfor (;;) {\n' +
      "  await new Promise((r) => setTimeout(r, 10));\n  turns++;\n" +
      '  await show({ toBundle: () => ({ "text/plain": "turn" }) });\n}';
    const shown = client.published(({ header }) => header.msg_type === "display_data");
    const answer = client.execute(code);
    await shown;
    const { reply } = await client.request("interrupt_request", {}, { channel: "control" });
    expect(reply).toEqual({ status: "ok" });
    expect((await answer).reply).toMatchObject({ status: "error", ename: "Interrupted" });
  });

  it("lets work that was interrupted save what it has between two steps, and only that work", async () => {
    const work = (name: string) =>
      `import { progress } from "./lib";
       import { writeFileSync } from "node:fs";
       const tell = progress("${name}");
       for (let step = 1; step <= 100; step++) {
         await new Promise((resolve) => setTimeout(resolve, 20));
         if (tell({ step, steps: 100 }) !== "stop") continue;
         writeFileSync("${name}", "saved");
         throw new Error("stopped");
       }
       "done"`;
    const saved = join(project.root, "interrupted");
    const shown = client.published(({ header }) => header.msg_type === "display_data");
    const answer = client.execute(work("interrupted"));
    await shown;
    client.kernel.kill("SIGINT");
    expect((await answer).reply).toMatchObject({ status: "error", ename: "Interrupted" });
    const next = await client.execute(work("untouched"));
    expect(contents(next, "execute_result")).toMatchObject([{ data: { "text/plain": "done" } }]);
    expect(readFileSync(saved, "utf8")).toBe("saved");
    expect(existsSync(join(project.root, "untouched"))).toBe(false);
  });

  it("ends work that goes on though it was told to stop", async () => {
    await client.execute("let calls = 0;");
    const shown = client.published(({ header }) => header.msg_type === "display_data");
    const answer = client.execute(
      `import { progress } from "./lib";
       const tell = progress("deaf");
       for (;;) {
         await new Promise((resolve) => setTimeout(resolve, 10));
         calls++;
         tell({ step: calls, steps: 1e6 });
       }`,
    );
    await shown;
    client.kernel.kill("SIGINT");
    expect((await answer).reply).toMatchObject({ status: "error", ename: "Interrupted" });
    const wait = "await new Promise((resolve) => setTimeout(resolve, 200));";
    const { published } = await client.execute(`${wait}\nconst seen = calls;\n${wait}\ncalls - seen`);
    expect(published.find(({ header }) => header.msg_type === "execute_result")?.content).toMatchObject({
      data: { "text/plain": "0" },
    });
  });

  it("completes and explains names", async () => {
    await client.execute("/** How many. */\nconst countOfThings = 3;");
    const code = "countOfTh";
    const { reply } = await client.request("complete_request", { code, cursor_pos: code.length });
    expect(reply).toMatchObject({ status: "ok", matches: ["countOfThings"], cursor_start: 0, cursor_end: 9 });
    const info = await client.request("inspect_request", {
      code: "countOfThings",
      cursor_pos: 3,
      detail_level: 0,
    });
    expect(info.reply).toMatchObject({ found: true });
    expect(JSON.stringify(info.reply.data)).toContain("countOfThings: 3");
    expect((await client.request("is_complete_request", { code: "function f() {" })).reply.status).toBe(
      "incomplete",
    );
    expect((await client.request("comm_info_request", {})).reply).toEqual({ status: "ok", comms: {} });
  });

  describe("explains", () => {
    const tiled = `
      export interface TileOptions {
        /** Tiles along each side. Default 8. */
        readonly grid?: number;
        /** What is said of each tile, as {@link TileOptions.grid} has it. */
        readonly label: string;
      }
      /**
       * Cuts an image into tiles, as {@link untile} undoes it.
       * @param name of the image.
       * @throws UsageError if the grid does not fit.
       * @example
       * tiled("cat", { grid: 2, label: "t" });
       */
      export function tiled(name: string, { grid = 8, label }: TileOptions): number { return name.length + grid + label.length; }
      /** Undoes {@link tiled | cutting}. */
      export const untile = (n: number): number => n;
    `;
    const explained = async (marked: string) => {
      const cursor_pos = Array.from(marked.slice(0, marked.indexOf("|"))).length;
      const { reply } = await client.request("inspect_request", {
        code: marked.replace("|", ""),
        cursor_pos,
        detail_level: 0,
      });
      expect(reply).toMatchObject({ status: "ok", found: true });
      return reply.data as Record<"text/plain" | "text/markdown", string>;
    };

    beforeAll(async () => {
      writeFileSync(join(project.root, "lib/tiled.ts"), tiled);
      await client.execute('import { tiled, untile } from "./lib/tiled";\nconst image = "cat";');
    });

    it("a name by its type and its whole comment, in two formats", async () => {
      const data = await explained('"😀";\ntil|ed');
      const text = data["text/plain"].split("\n\n");
      expect(text[0]).toBe("function tiled(name: string, { grid, label }: TileOptions): number");
      expect(text[1]).toBe("Cuts an image into tiles, as untile undoes it.");
      expect(text).toContain("Throws UsageError if the grid does not fit.");
      expect(text).toContain('Example\ntiled("cat", { grid: 2, label: "t" });');
      expect(data["text/markdown"]).toContain("as `untile` undoes it");
      expect(data["text/markdown"]).toContain("**Throws** UsageError if");
      expect(data["text/markdown"]).toContain('```typescript\ntiled("cat", { grid: 2, label: "t" });\n```');
      expect((await explained("unt|ile"))["text/plain"]).toContain("Undoes cutting.");
    });

    it("a call by its signature, the argument at the cursor and its options", async () => {
      const signature = "tiled(name: string, options: TileOptions): number";
      const first = await explained("const a = tiled(|");
      expect(first["text/plain"].split("\n\n").slice(0, 2)).toEqual([
        signature,
        "Argument name: string: of the image.",
      ]);
      const second = (await explained("const a = tiled(image, { grid: 2, |"))["text/plain"].split("\n\n");
      expect(second.slice(0, 4)).toEqual([
        signature,
        "Argument options: TileOptions",
        "  grid?: number: Tiles along each side. Default 8.\n" +
          "  label: string: What is said of each tile, as TileOptions.grid has it.",
        "Cuts an image into tiles, as untile undoes it.",
      ]);
      expect((await explained("untile(tiled(image|, { label: '' }))"))["text/plain"]).toContain(
        'const image: "cat"',
      );
      expect((await explained("untile(tiled(image, |)"))["text/markdown"]).toContain(
        "**Argument** `options: TileOptions`",
      );
    });

    it("nothing where there is nothing to tell, and completes options and earlier variables", async () => {
      const { reply } = await client.request("inspect_request", { code: "1 + ", cursor_pos: 4 });
      expect(reply).toMatchObject({ status: "ok", found: false, data: {} });
      const completed = async (code: string) =>
        (await client.request("complete_request", { code, cursor_pos: code.length })).reply.matches;
      expect(await completed("tiled(image, { ")).toEqual(["label", "grid"]);
      expect(await completed("tiled(image, { gr")).toEqual(["grid"]);
      expect(await completed("tiled(image, { label: ima")).toContain("image");
    });
  });

  it("picks up edits of the project's files, and of their types, when they are imported again", async () => {
    const value = async (code: string) => contents(await client.execute(code), "execute_result")[0]?.data;
    const cell = 'import { version } from "./lib/extra";\nversion.toFixed()';
    expect(await value(cell)).toEqual({ "text/plain": "1" });
    writeFileSync(join(project.root, "lib/extra.ts"), 'export const version: string = "two";\n');
    expect((await client.execute(cell)).reply.evalue).toContain("does not exist on type 'string'");
    expect(await value('import { version } from "./lib/extra";\nversion')).toEqual({ "text/plain": "two" });
  });

  describe("says of edited files", () => {
    const errors = async (code: string) => {
      const answer = await client.execute(code);
      expect(answer.reply).toMatchObject({ status: "ok" });
      return contents(answer, "stream")
        .map(({ text }) => text)
        .join("");
    };
    const write = (file: string, text: string) => writeFileSync(join(project.root, file), text);

    it("that are in use, reached by others or not, that their imports are to be run again", async () => {
      write("lib/deep.ts", "export const deep = (): number => 1;\n");
      write("lib/aside.ts", "export const aside = 1;\n");
      write("lib/near.ts", 'import { deep } from "./deep";\nexport const near = (): number => deep();\n');
      write("lib/all.ts", 'export * from "./near";\nexport * from "./aside";\n');
      const cell = 'import { near } from "./lib/all";\nundefined';
      expect(await errors(cell)).toBe("");
      write("lib/aside.ts", "export const aside = 20;\n");
      expect(await errors("near();")).toBe("");
      write("lib/deep.ts", "export const deep = (): number => 22;\n");
      expect(await errors("void near();")).toBe(
        "lib/deep.ts was edited. To use it, run the cell again that imports near.\n",
      );
      expect(await errors("void near();")).toBe("");
      expect(await errors(cell)).toBe("");
      expect(contents(await client.execute("near()"), "execute_result")).toMatchObject([
        { data: { "text/plain": "22" } },
      ]);
      write("lib/deep.ts", "export const deep = (): number => 333;\n");
      expect(await errors(cell)).toBe("");
      write("lib/deep.ts", "export const deep = (): number => 4444;\n");
      expect(await errors("const near = 1;")).toBe("");
    });

    it("that the kernel itself runs on that it has to be restarted", async () => {
      for (const file of ["lib/notebook/display.ts", "lib/errors.ts"]) {
        appendFileSync(join(project.root, file), "// edited\n");
      }
      const said = await errors("undefined");
      expect(said).toContain("lib/notebook/display.ts was edited. Restart the kernel to use it.\n");
      expect(said).toContain("lib/errors.ts was edited. Restart the kernel to use it in lib/notebook too.\n");
      expect(said).not.toContain("lib/notebook/host.ts");
      expect(await errors("undefined")).toBe("");
    });
  });

  it("warns of type errors in the files that a cell imports, once, and runs the cell", async () => {
    const write = (file: string, text: string) => writeFileSync(join(project.root, file), text);
    const warned = (text: string) => client.published(({ content }) => `${content.text}`.includes(text));
    const cell = 'import { outer } from "./lib/outer";\nouter';
    write("lib/wrong.ts", 'export const wrong: number = "1";\n');
    write("lib/outer.ts", 'import { wrong } from "./wrong";\nexport const outer = wrong.toString();\n');
    const first = warned("wrong");
    expect(contents(await client.execute(cell), "execute_result")).toMatchObject([
      { data: { "text/plain": "1" } },
    ]);
    expect((await first).content).toEqual({
      name: "stderr",
      text: "lib/wrong.ts:1:14: Type 'string' is not assignable to type 'number'. (TS2322)\n",
    });
    write("lib/outer.ts", 'import { wrong } from "./wrong";\n\nexport const outer: boolean = wrong;\n');
    const second = warned("outer.ts");
    await client.execute(cell);
    expect((await second).content.text).toBe(
      "lib/outer.ts:3:14: Type 'number' is not assignable to type 'boolean'. (TS2322)\n",
    );
  });

  it("finds files that were made after they were missed", async () => {
    const cell = 'import { made } from "./lib/made";\nmade';
    expect((await client.execute(cell)).reply.evalue).toContain("Cannot find module");
    writeFileSync(join(project.root, "lib/made.ts"), "export const made = true;\n");
    expect(contents(await client.execute(cell), "execute_result")).toMatchObject([
      { data: { "text/plain": "true" } },
    ]);
  });

  it("takes in edits of a file and of package.json that come at once", async () => {
    const cell = 'import { table } from "arquero";\nimport { version } from "./lib/extra";\nversion';
    await client.execute(cell);
    writeFileSync(join(project.root, "lib/extra.ts"), "export const version: number = 3;\n");
    appendFileSync(join(project.root, "package.json"), "\n");
    expect(contents(await client.execute(cell), "execute_result")).toMatchObject([
      { data: { "text/plain": "3" } },
    ]);
  });

  it("ends when it is asked to", async () => {
    const { reply } = await client.request("shutdown_request", { restart: false }, { channel: "control" });
    expect(reply).toEqual({ status: "ok", restart: false });
    expect(await client.exited).toBe(0);
  });
});
