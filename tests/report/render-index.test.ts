import { createCanvas } from "@napi-rs/canvas";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { type IndexEntry, renderIndex, thumbnailOf } from "../../lib/report";
import { html } from "../../lib/text";
import { code, notebook, shown } from "./notebooks";

const entry: IndexEntry = {
  title: "In-painting <1>",
  href: "02-inpainting.html",
  scale: "quick",
  status: "ok",
  durationSeconds: 200,
  metrics: { "kernel distance": 0.0123456, bound: "0.30 ± 0.01" },
  notebookHref: "02-inpainting.ipynb",
  metricsHref: "02-inpainting.metrics.json",
};
const dom = async (entries: IndexEntry[]) =>
  new JSDOM(await renderIndex(entries, { title: "All" })).window.document;

describe("renderIndex", () => {
  it("makes a card of every report, with its links and numbers", async () => {
    const document = await dom([
      entry,
      { ...entry, title: "Second", status: "failed", durationSeconds: 7500 },
    ]);
    const cards = [...document.querySelectorAll("article")];
    expect(cards.map((card) => card.querySelector("h2")?.textContent)).toEqual(["In-painting <1>", "Second"]);
    expect(cards.map((card) => card.querySelector(".badge")?.className)).toEqual([
      "badge ok",
      "badge failed",
    ]);
    expect([...cards[0].querySelectorAll("a")].map((a) => a.getAttribute("href"))).toEqual([
      "02-inpainting.html",
      "02-inpainting.html",
      "02-inpainting.ipynb",
      "02-inpainting.metrics.json",
    ]);
    expect([...cards[0].querySelectorAll("dd")].map((dd) => dd.textContent)).toEqual([
      "0.01235",
      "0.30 ± 0.01",
    ]);
    expect(cards.map((card) => card.querySelector(".row")?.textContent)).toEqual([
      "okquick3 min 20 s",
      "failedquick2 h 5 min",
    ]);
    expect(document.title).toBe("All");
  });

  it("has the number of the series before a title, and all numbers folded below an answer", async () => {
    const metrics = Object.fromEntries(Array.from({ length: 9 }, (_, k) => [`metric ${k}`, k]));
    const answer = html`<p>Four.</p>`;
    const document = await dom([
      { ...entry, number: "02", metrics, answer },
      { ...entry, metrics },
    ]);
    const [answered, other] = [...document.querySelectorAll("article")];
    expect(answered.querySelector("h2 a")?.textContent).toBe("02 In-painting <1>");
    expect(other.querySelector("h2 a")?.textContent).toBe("In-painting <1>");
    expect(answered.querySelectorAll("details:not([open]) dd")).toHaveLength(9);
    expect(other.querySelectorAll("dd")).toHaveLength(6);
  });

  it("neither runs nor loads anything, whatever the entries say", async () => {
    const evil = {
      ...entry,
      href: "javascript:alert(1)",
      notebookHref: "java\tscript:alert(1)",
      thumbnail: 'https://e.org/a.png" onerror="x',
    };
    const document = await dom([evil]);
    expect(document.querySelectorAll("script, img, iframe")).toHaveLength(0);
    expect([...document.querySelectorAll("a")].map((a) => a.getAttribute("href"))).toEqual([
      "#",
      "#",
      "#",
      entry.metricsHref,
    ]);
    expect(document.querySelector("meta[http-equiv]")?.getAttribute("content")).toContain(
      "script-src 'none'",
    );
  });

  it("says so when there is no report", async () => {
    expect((await dom([])).querySelector("main")?.textContent).toContain("No report has been written yet.");
  });
});

describe("thumbnailOf", () => {
  const png = (width: number, height: number, colour: string) => {
    const canvas = createCanvas(width, height);
    const context = canvas.getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
    return canvas.toBuffer("image/png").toString("base64");
  };
  const plotted = shown({
    "image/png": png(40, 20, "#ff0000"),
    "application/vnd.plotly.v1+json": { data: [], layout: {} },
  });
  const grid = shown({ "image/png": png(900, 300, "#00ff00") });
  const colourOf = async (uri: string | undefined) => {
    const { loadImage } = await import("@napi-rs/canvas");
    const image = await loadImage(Buffer.from((uri ?? "").split(",")[1], "base64"));
    const canvas = createCanvas(image.width, image.height);
    canvas.getContext("2d").drawImage(image, 0, 0);
    const [r, g, b] = canvas.getContext("2d").getImageData(5, 5, 1, 1).data;
    return {
      width: image.width,
      height: image.height,
      colour: r > 200 ? "red" : g > 200 ? "green" : b > 200 ? "blue" : "?",
    };
  };

  it("takes the tagged cell's picture, else a grid of images, else a plot", async () => {
    const tagged = code("x", [shown({ "image/png": png(30, 10, "#0000ff") })], ["thumbnail"]);
    expect(
      (await colourOf(await thumbnailOf(notebook(code("a", [plotted]), code("b", [grid]), tagged)))).colour,
    ).toBe("blue");
    expect(
      (await colourOf(await thumbnailOf(notebook(code("a", [plotted]), code("b", [grid]))))).colour,
    ).toBe("green");
    expect((await colourOf(await thumbnailOf(notebook(code("a", [plotted]))))).colour).toBe("red");
    expect(await thumbnailOf(notebook(code("a")))).toBeUndefined();
  });

  it("is small, and never larger than the picture", async () => {
    expect(await colourOf(await thumbnailOf(notebook(code("b", [grid])), { width: 300 }))).toMatchObject({
      width: 300,
      height: 100,
    });
    expect(await colourOf(await thumbnailOf(notebook(code("a", [plotted]))))).toMatchObject({
      width: 40,
      height: 20,
    });
  });

  it("has a pixel of even the flattest picture", async () => {
    const flat = code("b", [shown({ "image/png": png(900, 1, "#00ff00") })]);
    expect(await thumbnailOf(notebook(flat), { width: 100 })).toMatch(/^data:image\/webp/);
  });

  it("passes over a picture that can't be read", async () => {
    expect(
      await thumbnailOf(notebook(code("a", [shown({ "image/png": "bm90IGEgcGljdHVyZQ==" })]))),
    ).toBeUndefined();
  });
});
