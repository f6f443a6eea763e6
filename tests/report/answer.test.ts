import { JSDOM } from "jsdom";
import { expect, it } from "vitest";
import { answerOf, renderNotebook } from "../../lib/report";
import { code, notebook, shown } from "./notebooks";

const cell = (...texts: string[]) =>
  code(
    "1",
    texts.map((text) => shown({ "text/markdown": text })),
  );

it("finds the answer among a notebook's outputs, and renders it", () => {
  const found = notebook(
    cell("Not this."),
    cell("Nor this.", "**Answer.** It is *4* [there](#What-x) <script>1</script>."),
  );
  expect(`${answerOf(found, "a.html")}`.trim()).toBe(
    '<p>It is <em>4</em> <a href="a.html#what-x">there</a> .</p>',
  );
});

it("stands above the rest of a report, and there only", async () => {
  const page = await renderNotebook(notebook(cell("**Answer.** *Four*.", "After.")));
  const { document } = new JSDOM(page).window;
  expect(document.querySelector("header .answer")?.textContent).toMatch(/^Answer\s+Four\.\s*$/);
  expect(document.querySelector("main")?.textContent).not.toContain("Four");
  expect(document.querySelector("main")?.textContent).toContain("After.");
});

it("finds none where no output says so", () => {
  expect(answerOf(notebook(cell("The **Answer.** is late.")))).toBeUndefined();
  expect(answerOf(notebook())).toBeUndefined();
});
