import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

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
  const config = { displaylogo: false, responsive: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };
  const show = async (figure) => {
    const box = figure.querySelector(".canvas");
    const picture = box.querySelector("img, .waiting");
    try {
      const { data, layout } = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
      const library = await load();
      const plot = document.createElement("div");
      plot.style.minHeight = (picture && picture.clientHeight || 0) + "px";
      plot.setAttribute("role", "img");
      plot.setAttribute("aria-label", figure.getAttribute("aria-label") || "");
      box.append(plot);
      await library.newPlot(plot, data, layout, config);
      if (picture) picture.remove();
      plot.style.minHeight = "";
      figure.dataset.live = "true";
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

/**
 * Unpacks a font with a table for mathematics, which few machines have: without one, browsers place accents and
 * limits badly.
 */
export const mathScript = `
(async () => {
  const packed = document.querySelector("script[data-math-font]");
  if (!packed || !window.DecompressionStream || !window.FontFace) return;
  const bytes = Uint8Array.from(atob(packed.textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  document.fonts.add(new FontFace("Report Math", await new Response(stream).arrayBuffer()));
})();
`.trim();

const packed = new Map<string, Promise<string>>();

/** A file, packed by gzip, as base64; each is read once. */
export function packedFile(path: string): Promise<string> {
  const known = packed.get(path);
  if (known) return known;
  const made = readFile(path).then((bytes) => gzipSync(bytes, { level: 9 }).toString("base64"));
  packed.set(path, made);
  return made;
}
