import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeProject } from "../project";
import { Client } from "./client";

const project = makeProject();
const tslab = join(dirname(createRequire(__filename).resolve("tslab/package.json")), "bin", "tslab");
let client: Client;
beforeAll(async () => {
  client = await Client.start([process.execPath, tslab, "kernel", "--config-path"], project.root);
});
afterAll(() => {
  client?.close();
  project.remove();
});

// tslab's own kernel resolves imports of files, but not of folders.
it("shows whole bundles, progress and metrics in tslab's own kernel, too", async () => {
  const { reply, published } = await client.execute(`
    import { show } from "./lib/notebook/display";
    import { recordMetrics } from "./lib/notebook/metrics";
    import { progress } from "./lib/notebook/progress";
    await show({ toBundle: () => ({ "text/plain": "p", "text/html": "<p>" }) });
    const tell = progress("work");
    tell({ step: 0, steps: 1 });
    tell({ step: 1, steps: 1 });
    recordMetrics({ loss: 0.5 });`);
  expect(published.flatMap(({ content }) => content.text ?? [])).toEqual([]);
  expect(reply.status).toBe("ok");
  const shown = published.flatMap(({ header, content }) =>
    /display_data$/.test(header.msg_type) ? [[header.msg_type, content.data]] : [],
  );
  expect(shown).toMatchObject([
    ["display_data", { "text/plain": "p", "text/html": "<p>" }],
    ["display_data", { "text/plain": expect.stringContaining("work: 0/1 steps") }],
    ["update_display_data", { "text/plain": expect.stringContaining("work: 1/1 steps") }],
    ["display_data", { "application/vnd.coupled-interpolants.metrics+json": { loss: 0.5 } }],
  ]);
});
