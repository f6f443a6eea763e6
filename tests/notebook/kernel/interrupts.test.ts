import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeKernelspec } from "../../../lib/notebook/kernel/kernelspec";
import { makeProject } from "../project";
import { type Answer, Client, type Message } from "./client";

// Interrupts reach the kernel's whole process group, the compiler of imported files too, and what that has
// compiled before is not there: the kernel's folder for temporary files is new.
const project = makeProject({ "lib/index.ts": "", "lib/extra.ts": "export const version = 1;\n" });
const kernelCommand = (): string[] => {
  const folder = writeKernelspec(project.root);
  const file = join(folder, "kernels", "coupled-interpolants", "kernel.json");
  return JSON.parse(readFileSync(file, "utf8")).argv.slice(0, -1);
};
let client: Client;

beforeAll(async () => {
  cpSync(resolve(__dirname, "../../../lib"), join(project.root, "lib"), { recursive: true });
  const TMPDIR = join(project.root, "tmp");
  mkdirSync(TMPDIR);
  client = await Client.start(kernelCommand(), project.root, { env: { TMPDIR } });
});
afterAll(() => {
  client?.close();
  project.remove();
});

const write = (file: string, text: string) => writeFileSync(join(project.root, file), text);
const data = ({ published }: Answer) =>
  published.flatMap(({ content }) => (content.data ? [content.data as Record<string, string>] : []));
const result = async (code: string) => {
  const answer = await client.execute(code);
  expect(answer.reply).toMatchObject({ status: "ok" });
  return data(answer).at(-1)?.["text/plain"];
};
const plain = ({ reply }: Answer) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ANSI colours begin with one
  (reply.traceback as string[]).join("\n").replace(/\u001b\[\d+m/g, "");

/** Runs a cell and interrupts it soon after something for which `started` holds was published. */
async function interrupted(code: string, started: (content: Message["content"]) => boolean) {
  const running = client.published(({ content }) => started(content));
  const answer = client.execute(code);
  // A cell that fails before it has started shows why.
  await Promise.race([running, answer.then(({ reply }) => Promise.reject(new Error(`${reply.evalue}`)))]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  client.interrupt();
  return answer;
}
const hasPrinted = ({ text }: Message["content"]) => `${text}`.includes("on");

describe("the compiler of imported files", () => {
  it("lives on after interrupts of the process group", async () => {
    expect(await result('import { version } from "./lib/extra";\nversion')).toBe("1");
    for (const loop of ["while (true) {}", "await new Promise(() => {});"]) {
      expect((await interrupted(`console.log("on");\n${loop}`, hasPrinted)).reply).toMatchObject({
        status: "error",
        ename: "Interrupted",
      });
    }
    write("lib/extra.ts", "export const version = 2;\n");
    expect(await result('import { version } from "./lib/extra";\nversion')).toBe("2");
    expect(await result('import { rng } from "./lib/random";\ntypeof rng')).toBe("function");
    const drawn = await client.execute(
      'import { plot, show } from "./lib/index";\n' +
        'const traces = [{ kind: "line", name: "n", x: [0, 1], y: [0, 1] }] as const;\n' +
        'await show(plot({ title: "t", alt: "a", x: { label: "x" }, y: { label: "y" }, traces }));',
    );
    expect(drawn.reply).toMatchObject({ status: "ok" });
    expect(data(drawn).at(-1)).toHaveProperty(["image/png"]);
  });

  it("lives on after an interrupt of an idle kernel", async () => {
    client.interrupt();
    // The signal could else reach the next cell.
    await new Promise((resolve) => setTimeout(resolve, 500));
    write("lib/idle.ts", "export const idle: number = 1;\n");
    expect(await result('import { idle } from "./lib/idle";\nidle')).toBe("1");
  });

  it.skipIf(process.platform !== "linux")("lives on after its own end", async () => {
    write("lib/first.ts", "export const first: number = 1;\n");
    expect(await result('import { first } from "./lib/first";\nfirst')).toBe("1");
    const compilers = childrenOf(client.kernel.pid as number).filter(({ name }) => name === "esbuild");
    expect(compilers).not.toEqual([]);
    for (const { pid } of compilers) process.kill(pid, "SIGKILL");
    write("lib/second.ts", "export const second: number = 2;\n");
    expect(await result('import { second } from "./lib/second";\nsecond')).toBe("2");
  });

  it("loads a file whose import was interrupted, and what imports it, anew, edited or not", async () => {
    write("lib/outer.ts", 'import { inner } from "./inner";\nexport const outer: number = inner + 1;\n');
    const wait = 'console.log("on");\nwhile (!Reflect.get(globalThis, "ready")) {}\n';
    write("lib/inner.ts", `${wait}export const inner: number = 1;\n`);
    const cell = 'import { outer } from "./lib/outer";\nouter';
    expect((await interrupted(cell, hasPrinted)).reply).toMatchObject({ ename: "Interrupted" });
    await client.execute('Reflect.set(globalThis, "ready", true);');
    expect(await result(cell)).toBe("2");
    write("lib/inner.ts", "export const inner: number = 2;\n");
    expect(await result(cell)).toBe("3");
  });
});

it("an interrupt while a cell is compiled stops it", async () => {
  const code = "for (;;) {}";
  for (const wait of [0, 5, 20]) {
    const running = client.published(({ content }) => content.code === code);
    const answer = client.execute(code);
    await running;
    await new Promise((resolve) => setTimeout(resolve, wait));
    client.interrupt();
    expect((await answer).reply).toMatchObject({ status: "error", ename: "Interrupted" });
  }
});

describe("synchronous code after a wait", () => {
  const print = 'console.log("on");';
  const pause = "await new Promise((resolve) => setTimeout(resolve, 5));";
  const spin = 'import { spin } from "./lib/spin";\n';
  const spinLater = 'import { spinLater } from "./lib/spin";\n';

  it.each([
    ["a loop", `await Promise.resolve();\n${print}\nwhile (true) {}`, 3],
    ["a loop that catches all", `${pause}\n${print}\nfor (;;) { try { JSON.parse("{"); } catch {} }`, 3],
    ["a loop in a loop", `for (;;) {\n  ${pause}\n  ${print}\n  for (;;) {}\n}`, 4],
    ["a function of lib", `${spin}${pause}\n${print}\nspin();`, 4],
    ["a function of lib that has waited", `${spinLater}${print}\nawait spinLater();`, 3],
    ["a timer", `setTimeout(() => {\n  ${print}\n  for (;;) {}\n}, 5);\nawait new Promise(() => {});`, 3],
  ])("is stopped in %s, time and again, and variables live on", async (_, code, line) => {
    write(
      "lib/spin.ts",
      "export function spin(): void {\n  for (;;) {}\n}\n\n" +
        "export async function spinLater(): Promise<void> {\n  await Promise.resolve();\n  spin();\n}\n",
    );
    await client.execute("let kept = 1;");
    for (let round = 1; round <= 2; round++) {
      const answer = await interrupted(code, hasPrinted);
      expect(answer.reply).toMatchObject({ ename: "Interrupted", evalue: "Stopped before it finished." });
      expect(plain(answer)).toContain(`> ${line} | ${code.split("\n")[line - 1]}\n`);
      expect(await result("kept++;\nkept")).toBe(`${round + 1}`);
      // Timers, immediates and waiting promises of later cells work.
      const waits = "await new Promise((resolve) => setImmediate(() => setTimeout(resolve, 1)));";
      expect(await result(`${waits}\nawait Promise.resolve(kept)`)).toBe(`${round + 1}`);
    }
  });

  it("is stopped by a message on the control channel, and so is code before a wait", async () => {
    for (const code of [`${pause}\n${print}\nfor (;;) {}`, `${print}\n\nfor (;;) {}`]) {
      const running = client.published(({ content }) => hasPrinted(content));
      const answer = client.execute(code);
      await running;
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { reply } = await client.request("interrupt_request", {}, { channel: "control" });
      expect(reply).toEqual({ status: "ok" });
      expect(plain(await answer)).toContain("> 3 | for (;;) {}");
      expect(await result("1 + 1")).toBe("2");
    }
  });

  it("is said to have been in lib", async () => {
    const answer = await interrupted(`${spin}${pause}\n${print}\nspin();`, hasPrinted);
    expect(plain(answer)).toMatch(
      /\n {4}at spin \(lib\/spin\.ts:2:\d+\)\n {4}at \(cell \d+, line 4, column \d+\)$/,
    );
  });

  it("that a cell left behind is stopped, and later cells run", async () => {
    await client.execute("setTimeout(() => { for (;;) {} }, 100);\nundefined");
    await new Promise((resolve) => setTimeout(resolve, 300));
    client.interrupt();
    expect(await result("1 + 1")).toBe("2");
  });

  it("of work that reports progress ends by itself, unless it is interrupted again", async () => {
    write(
      "lib/ready.ts",
      "export const wait = () => { const end = Date.now() + 1500; while (Date.now() < end) {} };\n",
    );
    const code = `import { progress } from "./lib/index";\nimport { wait } from "./lib/ready";
      const tell = progress("step");
      tell({ step: 1, steps: 9 });
      ${pause}
      ${print}
      ${pause}
      wait();
      if (tell({ step: 2, steps: 9 }) === "stop") throw new Error("stopped in good order");`;
    expect((await interrupted(code, hasPrinted)).reply.evalue).toBe("stopped in good order");
    const running = client.published(({ content }) => hasPrinted(content));
    const answer = client.execute(code.replace("wait();", "for (;;) {}"));
    await running;
    for (let interrupts = 0; interrupts < 2; interrupts++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      client.interrupt();
    }
    expect((await answer).reply).toMatchObject({ ename: "Interrupted" });
  });
});

describe("the message of an interrupt", () => {
  it.each([
    ["a loop", "console.log('on'); let n = 0;\n// counts\nwhile (true) n++;\nn;", 3],
    [
      "a wait in a loop",
      "console.log('on'); for (;;) {\n  await new Promise((r) => setTimeout(r, 20));\n}",
      2,
    ],
    ["the last expression", "console.log('on'); await 1;\n\nnew Promise(() => {})", 3],
  ])("names the line of %s, and nothing of the kernel", async (_, code, line) => {
    const answer = await interrupted(code, hasPrinted);
    const text = plain(answer);
    expect(text).toMatch(/^Interrupted: Stopped before it finished\.\n/);
    expect(text).toContain(`> ${line} | ${code.split("\n")[line - 1]}\n`);
    expect(text).toMatch(new RegExp(`\\n    at \\(cell \\d+, line ${line}, column \\d+\\)$`));
    expect(text.match(/ at /g)).toHaveLength(1);
  });
});

describe("an interrupted training", () => {
  const cell = (options: string) => `
    import { independent, linear, mlp, moons, progress, rng, train } from "./lib/index";
    const model = await train({
      data: moons({ n: 256, rng: rng(0) }), coupling: independent(), interpolant: linear(), network: mlp({ dim: 2, width: 8 }),
      steps: 1_000_000, batch: 16, seed: 0, onProgress: progress("b"), ${options}
    });`;
  const isProgress = (content: Readonly<Record<string, unknown>>) =>
    /b: \d+\/1000000 steps/.test(`${(content.data as Record<string, string> | undefined)?.["text/plain"]}`);
  const stepOf = (text: unknown) => Number(/(\d+)(?:\/| of )1000000 steps/.exec(`${text}`)?.[1]);

  it("saves its checkpoint, says so, and goes on when its cell is run again", async () => {
    const code = cell('checkpoint: "b.safetensors"');
    const first = await interrupted(code, isProgress);
    expect(first.reply.ename).toBe("Interrupted");
    expect(first.reply.evalue).toMatch(
      /was stopped after \d+ of 1000000 steps\. Run it again with the same options to go on from b\.safeten/,
    );
    expect(plain(first)).toContain("const model = await train({");
    const second = await interrupted(code, isProgress);
    expect(stepOf(data(second)[0]["text/plain"])).toBeGreaterThan(stepOf(first.reply.evalue));
    expect(stepOf(second.reply.evalue)).toBeGreaterThan(stepOf(first.reply.evalue));
  });

  it("that does not end is said to be waited for, and is stopped by another interrupt", async () => {
    const code =
      'import { progress } from "./lib/index";\nprogress("b")({ step: 1, steps: 1_000_000 });\n' +
      "await new Promise(() => {});";
    const waited = client.published(({ content }) => `${content.text}`.includes("Interrupt again"));
    const answer = interrupted(code, isProgress);
    await waited;
    client.interrupt();
    expect((await answer).reply).toMatchObject({
      ename: "Interrupted",
      evalue: "Stopped before it finished.",
    });
  });

  it("says without a checkpoint how it could have gone on", async () => {
    const { reply } = await interrupted(cell(""), isProgress);
    expect(reply.evalue).toMatch(/stopped after \d+ of 1000000 steps\..* pass a path as checkpoint/);
  });
});

function childrenOf(parent: number): { pid: number; name: string }[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const [, name, ppid] =
        /^\d+ \((.*)\) \S+ (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, "utf8")) ?? [];
      return Number(ppid) === parent ? [{ pid: Number(entry), name }] : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}
