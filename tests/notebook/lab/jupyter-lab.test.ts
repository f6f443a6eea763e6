import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isRunning } from "../../../lib/files/running";
import { type CodeCell, notebookMetadata, parseNotebook } from "../../../lib/notebook/nbformat";
import { findChromium, startChromium } from "../../report/chromium";
import { makeProject, notebookText } from "../project";
import { type Lab, labEnvironment, startLab } from "./jupyter-lab";

// What a user of `npm run notebook` does, in a real JupyterLab and a real browser, in one session.

/** The code cells, in the order of the notebook. */
const cells = {
  figure: `import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { live, plot, show } from "./lib";
let turns = 40;
const traces = [{ kind: "line", name: "n", x: [0, 1, 2], y: [2, 1, 0] }] as const;
await show(plot({ title: "Falling", alt: "A line.", x: { label: "x" }, y: { label: "y" }, traces }));`,
  live: `const tell = live("work", {
  samples: {
    every: 1,
    draw: (_: unknown, { step }) => ({ toBundle: () => ({ "text/plain": \`drawn at \${step}\` }) }),
  },
});
for (let step = 1; step <= 3; step++) {
  while (!existsSync(\`step-\${step}\`)) await sleep(50);
  await sleep(600); // Lines are shown twice a second at most.
  const losses = Array.from({ length: step }, (_, k) => 4 / (k + 1));
  await tell({ step, steps: 3, losses, model: async () => undefined });
}`,
  loop: `await Promise.resolve();
console.log("looping");
for (;;) turns = 41;`,
  after: `console.log("kernel", process.pid);
turns + 1`,
  call: "plot(",
};
type Name = keyof typeof cells;

const text = JSON.stringify({
  ...JSON.parse(notebookText("# Title", ...Object.values(cells))),
  metadata: notebookMetadata,
});

const project = makeProject({
  "lib/index.ts": 'export * from "./figures";\nexport * from "./notebook";\n',
  "notebooks/01-first.ipynb": text,
});
const root = realpathSync(project.root);
const [original, copy] = ["notebooks", "work"].map((folder) => join(root, folder, "01-first.ipynb"));
afterAll(() => project.remove());

const chromium = findChromium();
const env = chromium ? labEnvironment(join(root, "..", "home")) : undefined;
if (!chromium) console.warn("Notebooks are not opened in JupyterLab: no Chromium was found.");
else if (!env) {
  console.warn(
    "Notebooks are not opened in JupyterLab: it is neither on the PATH nor in a folder of JUPYTERLAB_ROOT.",
  );
}

describe.skipIf(!env)("a notebook in JupyterLab", () => {
  let lab: Lab;
  let browser: Browser;
  let page: Page;
  let kernel = 0;
  let failed = false;

  /** Waits until a test holds; what it tells when it does not hold in time includes Lab's own words. */
  async function until(what: string, test: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + 30_000;
    while (!(await test())) {
      if (performance.now() > end || lab.process.exitCode !== null) {
        const shown = await page.locator(".jp-Notebook, body").last().textContent();
        throw new Error(`Not so: ${what}.\n${shown}\n${lab.log().slice(-2000)}`);
      }
      await sleep(100);
    }
  }

  const cell = (name: Name) =>
    page.locator(".jp-Notebook .jp-CodeCell").nth(Object.keys(cells).indexOf(name));
  const outputs = (name: Name) => cell(name).locator(".jp-OutputArea-child");
  const told = async (name: Name) => `${await cell(name).locator(".jp-OutputArea-output").allTextContents()}`;
  const shows = (name: Name, words: string) =>
    until(`${name} shows "${words}"`, async () => (await told(name)).includes(words));
  const hasRun = (name: Name) =>
    until(`${name} has run`, async () =>
      /\[\d+\]/.test(`${await cell(name).locator(".jp-InputPrompt").textContent()}`),
    );
  async function run(name: Name): Promise<void> {
    await cell(name).locator(".cm-content").click();
    await page.keyboard.press("Control+Enter");
  }

  beforeAll(async () => {
    lab = await startLab(root, ["01"], env ?? {});
    browser = await startChromium(chromium ?? "");
    page = await browser.newPage({ viewport: { width: 1300, height: 1000 } });
    // Before it has heard the kernel, JupyterLab shows it as idle, and runs nothing.
    let ready = false;
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        ready ||= `${payload}`.includes("kernel_info_reply");
      }),
    );
    await until("Lab answers", () =>
      page.goto(lab.url).then(
        (response) => response?.ok() ?? false,
        () => false,
      ),
    );
    await until("the kernel is ready", () => ready);
  });
  // Each goes on where the one before has ended.
  beforeEach((context) => context.skip(failed));
  afterEach(({ task }) => {
    failed ||= task.result?.state === "fail";
  });
  afterAll(async () => {
    await browser?.close();
    lab?.process.kill("SIGTERM");
    await lab?.exited;
  });

  it("shows a figure that is drawn with ./lib, as a plot that can be played with", async () => {
    await run("figure");
    await hasRun("figure");
    await until("there is a plot", async () => {
      return (await cell("figure").locator(".js-plotly-plot .main-svg").count()) > 0;
    });
    expect(await told("figure")).toContain("Falling");
    expect(await outputs("figure").count()).toBe(1);
  });

  it("updates live figures in place, and keeps one output of each", async () => {
    await run("live");
    for (const step of [1, 2, 3]) {
      writeFileSync(join(root, `step-${step}`), "");
      await shows("live", `drawn at ${step}`);
      await shows("live", `${step}/3 steps`);
      expect(await told("live")).not.toContain(`drawn at ${step - 1}`);
      if (step < 3) expect(await outputs("live").count()).toBe(2);
    }
    await hasRun("live");
    await until("the loss is a plot", async () => {
      return (await cell("live").locator(".js-plotly-plot .main-svg").count()) > 0;
    });
    expect(await outputs("live").count()).toBe(3);
  });

  it("stops a loop when it is interrupted, and runs the next cell", async () => {
    await run("loop");
    await shows("loop", "looping");
    await page.keyboard.press("Escape");
    await page.keyboard.press("i");
    await page.keyboard.press("i");
    await shows("loop", "Interrupted: Stopped before it finished.");
    await run("after");
    await shows("after", "42");
    kernel = Number(/kernel (\d+)/.exec(await told("after"))?.[1]);
    expect(isRunning(kernel)).toBe(true);
  });

  it("tells a function's signature on Shift+Tab", async () => {
    await cell("call").locator(".cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Shift+Tab");
    const tooltip = page.locator(".jp-Tooltip");
    await tooltip.waitFor();
    expect(await tooltip.textContent()).toContain("plot(options: PlotOptions): Plot");
    await page.keyboard.press("Escape");
  });

  it("saves the copy, with one output for each figure, and leaves the original as it was", async () => {
    await page.keyboard.press("Control+s");
    await until("the copy is saved", () => readFileSync(copy, "utf8").includes('"42"'));
    const saved = parseNotebook(readFileSync(copy, "utf8"), copy).cells.filter(
      (one): one is CodeCell => one.cell_type === "code",
    );
    const types = saved.map((one) => one.outputs.map(({ output_type }) => output_type));
    expect(types).toEqual([
      ["display_data"],
      ["display_data", "display_data", "display_data"],
      ["stream", "error"],
      ["stream", "execute_result"],
      [],
    ]);
    expect(readFileSync(original, "utf8")).toBe(text);
  });

  it("ends with its kernel on SIGTERM", async () => {
    lab.process.kill("SIGTERM");
    expect(await lab.exited).toBe(143);
    while (isRunning(kernel)) await sleep(50);
    await expect(fetch(lab.url)).rejects.toThrow();
  });
});
