import { expect, it } from "vitest";
import { fingerprint, tidiedText } from "../../lib/cli/tidy-notebook";
import { progressMime } from "../../lib/notebook/mime";
import { formatNotebook, notebookMetadata, parseNotebook } from "../../lib/notebook/nbformat";
import { notebookText } from "../notebook/project";

const figure = {
  output_type: "display_data",
  data: {
    "image/png": "iVBORw0=",
    "application/vnd.plotly.v1+json": { layout: { width: 1, height: 2 }, data: [] },
  },
  metadata: {},
};
const file = (outputs: object[], metadata: object = {}, source = "1") => {
  const notebook = JSON.parse(notebookText("# Title", source));
  Object.assign(notebook.cells[1], { outputs, execution_count: 7 });
  return formatNotebook(parseNotebook(JSON.stringify({ ...notebook, metadata }), "a"));
};

/** As Jupyter's server writes it: names in order, its own spacing, the kernel's metadata. */
function savedByJupyter(text: string, change: (notebook: ReturnType<typeof JSON.parse>) => void = () => {}) {
  const notebook = JSON.parse(text);
  notebook.metadata.language_info = { version: "5.0.4", name: "typescript" };
  notebook.metadata.kernelspec = { name: "coupled-interpolants", display_name: "TS", language: "typescript" };
  notebook.cells[1].metadata.execution = { "iopub.status.busy": "2026-11-25T22:00:00Z" };
  change(notebook);
  const ordered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(ordered);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([name, entry]) => [name, ordered(entry)]));
  };
  return JSON.stringify(ordered(notebook), null, 1);
}

it("a notebook that Jupyter only saved is the same, and is brought back as it was", () => {
  const original = file([figure], notebookMetadata);
  const saved = savedByJupyter(original);
  expect(saved).not.toBe(original);
  expect(fingerprint(saved)).toBe(fingerprint(original));
  expect(tidiedText(saved, original, "a")).toBe(original);
});

it("other code, other outputs and other text are not the same", () => {
  const original = file([figure]);
  const changes = [
    file([figure], {}, "2"),
    file([]),
    savedByJupyter(original, ({ cells }) => {
      cells[0].source = ["# Other"];
    }),
    "{",
  ];
  const prints = [original, ...changes].map(fingerprint);
  expect(new Set(prints).size).toBe(prints.length);
});

it("brings back what has changed, without what is for programs alone", () => {
  const original = file([figure], notebookMetadata);
  const saved = savedByJupyter(original, ({ cells }) => {
    cells[1].outputs.push(
      { output_type: "display_data", data: { "text/plain": "w: 2/2", [progressMime]: {} }, metadata: {} },
      { output_type: "display_data", data: { "text/plain": "" }, metadata: {} },
    );
  });
  const wanted = file(
    [figure, { output_type: "display_data", data: { "text/plain": "w: 2/2" }, metadata: {} }],
    notebookMetadata,
  );
  expect(parseNotebook(tidiedText(saved, original, "a"), "a")).toEqual(parseNotebook(wanted, "a"));
});
