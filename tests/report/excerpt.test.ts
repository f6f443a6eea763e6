import { expect, it } from "vitest";
import { readNotebook } from "../../lib/notebook/nbformat";
import { excerptOf } from "../../lib/report";
import { code, notebook, shown, text } from "./notebooks";

const picture = (bytes: string) => shown({ "image/png": bytes });
const plot = shown({ "image/png": "cGxvdA==", "application/vnd.plotly.v1+json": { data: [], layout: {} } });
const answer = shown({ "text/markdown": "**Answer.** Four." });

const sourcesOf = (...cells: Parameters<typeof notebook>) =>
  excerptOf(readNotebook(notebook(...cells)).cells).map(({ source }) => source);

it("keeps the first answer and the best picture, in their order", () => {
  const tagged = code("tagged", [picture("YQ==")], ["thumbnail"]);
  expect(
    sourcesOf(
      text("**Answer.** In a text it is none."),
      code("plot", [plot]),
      code("first", [picture("YQ==")]),
      code("answer", [answer]),
      code("second", [picture("Yg==")]),
      code("late", [answer]),
    ),
  ).toEqual(["first", "answer"]);
  expect(
    sourcesOf(code("answer", [answer]), code("plot", [plot]), code("grid", [picture("YQ==")]), tagged),
  ).toEqual(["answer", "tagged"]);
});

it("keeps one cell that has both, and none where there is neither", () => {
  expect(sourcesOf(code("plot", [plot]), code("both", [picture("YQ=="), answer]))).toEqual(["both"]);
  expect(sourcesOf(code("a"), text("b"))).toEqual([]);
});
