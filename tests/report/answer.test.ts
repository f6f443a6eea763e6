import { expect, it } from "vitest";
import { answerOf } from "../../lib/report";
import { code, notebook, shown } from "./notebooks";

const cell = (...texts: string[]) =>
  code(
    "1",
    texts.map((text) => shown({ "text/markdown": text })),
  );

it("finds the answer among a notebook's outputs, and renders it", () => {
  const found = notebook(
    cell("Not this."),
    cell("Nor this.", "**Answer.** It is *4* [there](#x) <script>1</script>."),
  );
  expect(`${answerOf(found, "a.html")}`.trim()).toBe(
    '<p>It is <em>4</em> <a href="a.html#x">there</a> .</p>',
  );
});

it("finds none where no output says so", () => {
  expect(answerOf(notebook(cell("The **Answer.** is late.")))).toBeUndefined();
  expect(answerOf(notebook())).toBeUndefined();
});
