import { expect, it } from "vitest";
import { plot } from "../../lib/figures";
import { stillOf } from "../../lib/notebook/still";

it("keeps of a figure its picture in its size, and all of what has none", async () => {
  const figure = plot({
    title: "t",
    alt: "a",
    x: { label: "x" },
    y: { label: "y" },
    traces: [{ kind: "line", x: [0, 1], y: [0, 1] }],
  });
  const bundle = await figure.toBundle();
  const { width, height } = figure.figure.layout;
  expect(stillOf(figure, bundle)).toEqual({
    data: { "image/png": bundle["image/png"], "text/plain": "t\na" },
    metadata: { "image/png": { width, height } },
  });
  const table = { "text/html": "<table></table>", "text/plain": "t" };
  expect(stillOf({ toBundle: () => table }, table)).toEqual({ data: table, metadata: undefined });
});
