import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeKernelspec } from "../../../lib/notebook/kernel/kernelspec";
import { type CellOutput, parseNotebook, textIn } from "../../../lib/notebook/nbformat";
import { runNotebook } from "../../../lib/notebook/runner/run-notebook";
import { makeProject, notebookText } from "../project";
import { type Answer, Client } from "./client";

const project = makeProject();
let client: Client;
beforeAll(async () => {
  const folder = writeKernelspec(project.root);
  const spec = readFileSync(join(folder, "kernels", "coupled-interpolants", "kernel.json"), "utf8");
  client = await Client.start(JSON.parse(spec).argv.slice(0, -1), project.root);
});
afterAll(() => {
  client?.close();
  project.remove();
});

/** A cell that works through four steps, whose model at a step is ten times its number. */
const cell = (options: string) => `
  import { live } from "./lib";
  const tell = live("work", { ${options} });
  const asked: number[] = [];
  for (let step = 1; step <= 4; step++) {
    const losses = Array.from({ length: step }, (_, k) => 4 / (k + 1));
    const model = async () => (asked.push(step), 10 * step);
    if ((await tell({ step, steps: 4, losses, model })) === "stop") throw new Error("saved");
  }
  asked.join()`;
const samples = `samples: { every: 2, draw: (model: number, { step, steps }) =>
  ({ toBundle: () => ({ "text/plain": \`\${model} at \${step}/\${steps}\` }) }) }`;

const displays = ({ published }: Answer) =>
  published.flatMap(({ header: { msg_type }, content }) => {
    if (!/display_data$/.test(msg_type)) return [];
    const { data, transient } = content as {
      data: Record<string, string>;
      transient: { display_id: string };
    };
    return [{ update: msg_type === "update_display_data", data, id: transient.display_id }];
  });
const plain = (shown: ReturnType<typeof displays>) => shown.map(({ data }) => data["text/plain"]);

describe("live figures", () => {
  it("are shown once each and then updated in place", async () => {
    const answer = await client.execute(cell(samples));
    expect(answer.reply).toMatchObject({ status: "ok" });
    const all = displays(answer);
    const fresh = all.filter(({ update }) => !update);
    expect(plain(fresh)).toEqual([
      expect.stringContaining("work: 1/4 steps"),
      "20 at 2/4",
      expect.stringContaining("work: loss"),
    ]);
    const [line, sample, loss] = fresh.map(({ id }) => all.filter((one) => one.id === id));
    expect(all).toHaveLength(line.length + sample.length + loss.length);
    expect(plain(line).at(-1)).toContain("work: 4/4 steps");
    expect(plain(sample)).toEqual(["20 at 2/4", "40 at 4/4"]);
    expect(Object.keys(loss.at(-1)?.data ?? {}).sort()).toEqual([
      "application/vnd.plotly.v1+json",
      "image/png",
      "text/html",
      "text/plain",
    ]);
    // The model is asked for only where it is sampled from.
    expect(
      answer.published.find(({ header }) => header.msg_type === "execute_result")?.content,
    ).toMatchObject({
      data: { "text/plain": "2,4" },
    });
  });

  it("go at the end where they are not to stay", async () => {
    const all = displays(await client.execute(cell(`keep: false, ${samples}`)));
    expect(plain(all).filter((text) => !text.startsWith("work"))).toEqual(["20 at 2/4", ""]);
  });

  it("do not end the work when samples can't be drawn", async () => {
    const answer = await client.execute(
      cell('samples: { every: 1, draw: (_: number) => { throw new RangeError("no such sample"); } }'),
    );
    expect(answer.reply).toMatchObject({ status: "ok" });
    const printed = answer.published.flatMap(({ content }) => content.text ?? []).join("");
    expect(printed).toBe("The samples of work at step 1 can't be drawn, and no more are: no such sample\n");
    expect(plain(displays(answer)).at(-1)).toContain("work: loss");
  });

  it("are given up at once when the cell is interrupted, so that the work can save", async () => {
    const begun = client.published(({ content }) => `${content.text}`.includes("drawing"));
    const answer = client.execute(
      cell(
        'samples: { every: 1, draw: (_: number) => (console.log("drawing"), new Promise<never>(() => {})) }',
      ),
    );
    await begun;
    client.interrupt();
    expect((await answer).reply).toMatchObject({ ename: "Interrupted", evalue: "saved" });
  });

  it("leave one output each in an executed notebook", async () => {
    const cells = [
      `${cell(samples)}.length`,
      `{\n${cell(`keep: false, ${samples}`).replace(/import.*/, "")};\n}`,
    ];
    const notebook = parseNotebook(notebookText(...cells), "test.ipynb");
    const run = await runNotebook(notebook, { root: project.root });
    expect(run.failure).toBeUndefined();
    const outputs = run.notebook.cells.map((one) =>
      (one.outputs as CellOutput[]).map((output) =>
        output.output_type === "display_data" || output.output_type === "execute_result"
          ? textIn(output.data, "text/plain")
          : output.output_type,
      ),
    );
    expect(outputs).toEqual([
      [expect.stringContaining("work: 4/4 steps"), "40 at 4/4", expect.stringContaining("work: loss"), "3"],
      [expect.stringContaining("work: 4/4 steps")],
    ]);
  });
});
