import { JSDOM } from "jsdom";
import { expect, it } from "vitest";
import { type RunRow, renderRuns } from "../../lib/report";

const row: RunRow = {
  notebook: "02-<b>",
  status: "failed",
  detail: "cell 2: Error: <i>",
  started: "2026-11-25 22:10:03",
  durationSeconds: 75,
  parameters: [
    { name: "seed", value: "7", changed: true },
    { name: "scale", value: "quick", changed: false },
  ],
  metrics: { a: 0.123456, b: "x", c: 3, d: 4 },
  commit: "0123456789",
  links: [
    { label: "Report", href: "runs/1/02.html" },
    { label: "Log", href: "javascript:alert(1)" },
  ],
};

/** The page after its scripts have run, at an address. */
const open = (rows: RunRow[], address = "") =>
  new JSDOM(renderRuns(rows), {
    runScripts: "dangerously",
    url: `https://example.invalid/runs.html${address}`,
  }).window;
const shown = ({ document }: { document: Document }) =>
  [...document.querySelectorAll<HTMLElement>("tbody tr")].map((tr) => !tr.hidden);

it("shows what differs from the defaults, folds the rest, and takes no text for mark-up", () => {
  const { document } = open([row]);
  const [, title, status, parameters, time, metrics, commit, files] = document.querySelectorAll("tbody td");
  expect(title.innerHTML).toBe('<a href="runs/1/02.html">02-&lt;b&gt;</a>');
  expect(status.textContent).toBe("failedcell 2: Error: <i>");
  expect(parameters.querySelector("strong")?.textContent).toBe("seed = 7");
  expect(parameters.querySelector("details")?.textContent).toContain("scale = quick");
  expect(time.textContent).toBe("1 min 15 s");
  expect([...metrics.querySelectorAll("dt")].map((dt) => dt.closest("details") !== null)).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect(metrics.querySelector("dd")?.textContent).toBe("0.1235");
  expect(commit.textContent).toBe("0123456789");
  expect([...files.querySelectorAll("a")].map((a) => a.getAttribute("href"))).toEqual([
    "runs/1/02.html",
    "#",
  ]);
});

it("shows the rows that hold all words of the filter, which the address may give", () => {
  const rows = [row, { ...row, notebook: "05-other" }, { ...row, status: "ok", detail: "" }];
  const window = open(rows);
  expect(shown(window)).toEqual([true, true, true]);
  const field = window.document.querySelector("input");
  if (!field) throw new Error("There is no field.");
  expect(field.closest("[hidden]")).toBeNull();
  field.value = "FAILED 02-<B>";
  field.dispatchEvent(new window.Event("input"));
  expect(shown(window)).toEqual([true, false, false]);
  expect(window.document.querySelector("output")?.textContent).toBe("1 of 3");
  expect(shown(open(rows, "#05-other"))).toEqual([false, true, false]);
});

it("says so when there is no run", () => {
  expect(open([]).document.querySelector("main")?.textContent).toContain("There has been no run yet.");
});
