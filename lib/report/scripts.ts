import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { plotlyPath } from "../figures/draw";

/** Folds and unfolds all code at once, and marks the section that is being read. */
export const pageScript = `
(() => {
  const button = document.querySelector("[data-fold]");
  const codes = Array.from(document.querySelectorAll("details.code"));
  if (button && codes.length > 0) {
    const label = () => { button.textContent = codes.some((code) => code.open) ? "Hide all code" : "Show all code"; };
    button.addEventListener("click", () => {
      const open = !codes.some((code) => code.open);
      for (const code of codes) code.open = open;
      label();
    });
    for (const code of codes) code.addEventListener("toggle", label);
    button.hidden = false;
    label();
  }
  const contents = document.querySelector(".toc");
  if (contents && window.matchMedia) {
    const wide = window.matchMedia("(min-width: 78rem)");
    const fit = () => { contents.open = wide.matches; };
    wide.addEventListener("change", fit);
    fit();
  }
  const links = new Map(Array.from(document.querySelectorAll(".toc a"), (a) => [decodeURIComponent(a.hash.slice(1)), a]));
  if (links.size > 0 && window.IntersectionObserver) {
    const headings = Array.from(document.querySelectorAll("main h2[id], main h3[id]")).filter((h) => links.has(h.id));
    const mark = () => {
      let current;
      for (const heading of headings) if (heading.getBoundingClientRect().top < window.innerHeight / 3) current = heading;
      for (const [id, link] of links) {
        if (current && id === current.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    };
    const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    for (const heading of headings) observer.observe(heading);
  }
})();
`.trim();

/**
 * Turns the pictures of plots into plots, each when it comes near the screen. plotly.js is unpacked then,
 * once; without it, or where a browser can't unpack, the pictures stay.
 */
export const plotScript = `
(() => {
  const packed = document.querySelector("script[data-plotly]");
  if (!packed || !window.DecompressionStream || !window.IntersectionObserver) return;
  let loading;
  const load = () => {
    loading = loading || (async () => {
      const bytes = Uint8Array.from(atob(packed.textContent), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      const script = document.createElement("script");
      script.textContent = await new Response(stream).text();
      document.head.append(script);
      const library = window.Plotly || window.moduleName;
      if (!library) throw new Error("plotly.js did not load");
      return library;
    })();
    return loading;
  };
  const fold = (text, limit) => {
    const lines = [];
    for (const word of text.split(/\\s+/)) {
      const last = lines[lines.length - 1];
      if (last !== undefined && last.length + 1 + word.length <= limit) lines[lines.length - 1] = last + " " + word;
      else lines.push(word);
    }
    return lines;
  };
  /* The layout for a box of this width: as drawn where there is room, else narrower, with the title folded anew. */
  const fit = (layout, room) => {
    const wanted = Number(layout.width) || room;
    const columns = new Set(Object.keys(layout).filter((key) => /^xaxis/.test(key)).map((key) => (layout[key].domain || [0])[0])).size;
    const width = Math.max(Math.min(wanted, room), Math.min(wanted, columns > 1 ? 110 + 170 * columns : 480));
    const fitted = { ...layout, width, autosize: false };
    if (width >= wanted) return fitted;
    fitted.height = Math.round(layout.height * Math.max(.8, width / wanted));
    const title = (layout.annotations || []).find((note) => note.name === "title");
    if (title && layout.meta && layout.meta.title) {
      const before = title.text.split("<br>").length;
      const lines = fold(layout.meta.title, (width - 32) / 10.6);
      const more = 22 * (lines.length - before);
      const safe = (line) => line.replace(/&/g, "&amp;").replace(/</g, "&lt;");
      const folded = { ...title, text: lines.map((line) => "<b>" + safe(line) + "</b>").join("<br>"), yshift: title.yshift + more };
      fitted.annotations = layout.annotations.map((note) => (note === title ? folded : note));
      fitted.margin = { ...layout.margin, t: layout.margin.t + more };
      fitted.height += more;
    }
    if (layout.legend && layout.margin) {
      /* The legend keeps its distance in pixels from the panels. */
      const inner = (l) => l.height - l.margin.t - l.margin.b;
      const y = 1 + (layout.legend.y - 1) * inner(layout) / Math.max(1, inner({ margin: layout.margin, ...fitted }));
      fitted.legend = { ...layout.legend, y };
    }
    return fitted;
  };
  const config = { displaylogo: false, responsive: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
  const show = async (figure) => {
    const box = figure.querySelector(".canvas");
    const picture = box.querySelector("img, .waiting");
    try {
      const { data, layout } = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
      const library = await load();
      const plot = document.createElement("div");
      const room = Math.max(box.clientWidth, 240);
      plot.style.minHeight = (picture && picture.clientHeight || 0) + "px";
      plot.setAttribute("role", "img");
      plot.setAttribute("aria-label", figure.getAttribute("aria-label") || "");
      box.append(plot);
      await library.newPlot(plot, data, fit(layout, room), config);
      if (picture) picture.remove();
      plot.style.minHeight = "";
      figure.dataset.live = "true";
      let last = room;
      let timer;
      new ResizeObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (Math.abs(box.clientWidth - last) < 4 || box.clientWidth === 0) return;
          last = box.clientWidth;
          library.react(plot, plot.data, fit(layout, Math.max(last, 240)), config);
        }, 120);
      }).observe(box);
    } catch (error) {
      console.warn("The plot stays a picture:", error);
      for (const plot of box.querySelectorAll("div[role=img]")) plot.remove();
    }
  };
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      observer.unobserve(entry.target);
      show(entry.target);
    }
  }, { rootMargin: "600px 0px" });
  for (const figure of document.querySelectorAll("figure.plot")) observer.observe(figure);
})();
`.trim();

/** plotly.js for a page: its source, for the page's security policy, and that source packed. */
export interface PlotlyLibrary {
  readonly source: string;
  readonly packed: string;
}

let library: Promise<PlotlyLibrary> | undefined;

/** Reads and packs plotly.js, once for all pages. */
export function plotlyLibrary(): Promise<PlotlyLibrary> {
  library ??= readFile(plotlyPath(), "utf8").then((source) => ({
    source,
    packed: gzipSync(source, { level: 9 }).toString("base64"),
  }));
  return library;
}
