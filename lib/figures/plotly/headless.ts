import type { Canvas } from "@napi-rs/canvas";
import { optionalPackage } from "../../files/project";
import { fontFiles, plotlyPath } from "../../text";
import type { Pixels } from "../png";
import { cachedScript } from "./cached-script";
import type { PlotlyFigure } from "./figure";

/** A figure that was drawn. */
export interface DrawnFigure {
  readonly svg: string;
  /** The picture on white, `scale` pixels to one of the figure's. */
  pixels(scale: number): Promise<Pixels>;
}

/**
 * Draws a figure with Plotly, without a browser. All that depends on how this is done is in this file: Plotly
 * in a jsdom window with a makeshift layout, and resvg for the pixels.
 */
export async function drawHeadless(figure: PlotlyFigure): Promise<DrawnFigure> {
  const svg = await drawSvg(figure);
  return { svg, pixels: (scale) => pixelsOf(svg, scale) };
}

async function drawSvg(figure: PlotlyFigure): Promise<string> {
  const toImage = await plotly();
  const url = await toImage(JSON.parse(JSON.stringify(figure)), {
    format: "svg",
    width: figure.layout.width,
    height: figure.layout.height,
  });
  // resvg reads neither quotes in url() nor a style's image-rendering: pixelated.
  return decodeURIComponent(url.slice(url.indexOf(",") + 1))
    .replace(/url\((?:'|"|&quot;)#([^'"&)]+)(?:'|"|&quot;)\)/g, "url(#$1)")
    .replace(/image-rendering: pixelated/g, "image-rendering: optimizeSpeed");
}

async function pixelsOf(svg: string, scale: number): Promise<Pixels> {
  const { Resvg } = await import("@resvg/resvg-js");
  const { regular, bold } = fontFiles();
  const image = new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles: [regular, bold], defaultFontFamily: "DejaVu Sans" },
    fitTo: { mode: "zoom", value: scale },
    background: "white",
  }).render();
  return { width: image.width, height: image.height, data: image.pixels };
}

type ToImage = (
  figure: unknown,
  options: { format: "svg"; width: number; height: number },
) => Promise<string>;

let loading: Promise<ToImage> | undefined;

function plotly(): Promise<ToImage> {
  loading ??= loadPlotly();
  return loading;
}

/**
 * Plotly runs in a jsdom window of its own. jsdom has no layout, so what Plotly asks of layout
 * (how wide is this text?) is answered from the font's metrics.
 */
async function loadPlotly(): Promise<ToImage> {
  // Both at once: who lacks one most likely lacks the other, and is to be told once.
  const { JSDOM, VirtualConsole, path } = await optionalPackage(
    ["jsdom", "plotly.js-dist-min"],
    "pictures of plots",
    async () => ({ path: plotlyPath(), ...(await import("jsdom")) }),
  );
  const { createCanvas, GlobalFonts } = await import("@napi-rs/canvas");
  const { regular, bold } = fontFiles();
  GlobalFonts.registerFromPath(regular, "DejaVu Sans");
  GlobalFonts.registerFromPath(bold, "DejaVu Sans");

  const dom = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(),
  });
  const { window } = dom;
  const ruler = createCanvas(1, 1).getContext("2d");

  const styleOf = (element: Element, property: string): string | undefined => {
    for (let e: Element | null = element; e; e = e.parentElement) {
      const value = (e as SVGElement).style?.getPropertyValue(property) || e.getAttribute(property);
      if (value) return value;
    }
    return undefined;
  };
  const sizeOf = (element: Element | null): number => {
    if (!element) return 12;
    const own =
      (element as SVGElement).style?.getPropertyValue("font-size") || element.getAttribute("font-size");
    if (!own) return sizeOf(element.parentElement);
    const size = Number.parseFloat(own);
    if (own.endsWith("%")) return (size / 100) * sizeOf(element.parentElement);
    return own.endsWith("em") ? size * sizeOf(element.parentElement) : size;
  };
  const widthOf = (text: string, element: Element): number => {
    const size = sizeOf(element);
    const weight = styleOf(element, "font-weight") ?? "normal";
    ruler.font = `${/bold|[6-9]00/.test(weight) ? "bold" : "normal"} ${size}px "DejaVu Sans"`;
    return ruler.measureText(text).width;
  };
  const runWidth = (element: Element): number => {
    let width = 0;
    for (const child of Array.from(element.childNodes)) {
      if (child.nodeType === 3) width += widthOf(child.textContent ?? "", element);
      else width += runWidth(child as Element);
    }
    return width;
  };
  const textBox = (element: Element) => {
    const lines = Array.from(element.querySelectorAll("tspan.line"));
    const size = sizeOf(element);
    const widths = lines.length > 0 ? lines.map(runWidth) : [runWidth(element)];
    const width = Math.max(...widths);
    const anchor = styleOf(element, "text-anchor");
    const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
    const x = Number(element.getAttribute("x") ?? 0) - shift;
    const y = Number(element.getAttribute("y") ?? 0) - 0.93 * size;
    return { x, y, width, height: size * (1.17 + 1.3 * (widths.length - 1)) };
  };
  /** The box of an element in its own coordinates, of texts alone: nothing else is asked for. */
  const boxOf = (element: Element): Box => {
    if (/^(text|tspan)$/i.test(element.tagName)) return textBox(element);
    const boxes = Array.from(element.querySelectorAll("text")).map((text) =>
      placed(textBox(text), text, element),
    );
    return boxes.length > 0 ? around(boxes) : { x: 0, y: 0, width: 0, height: 0 };
  };
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: Element) {
      return boxOf(this);
    },
    getComputedTextLength(this: Element) {
      return runWidth(this);
    },
  });
  window.Element.prototype.getBoundingClientRect = function (this: Element) {
    const svg = this instanceof window.SVGElement;
    const box = svg ? placed(boxOf(this), this, null) : { x: 0, y: 0, width: 0, height: 0 };
    const edges = { left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
    return { ...box, ...edges, toJSON: () => box } as DOMRect;
  };
  const canvases = new WeakMap<HTMLCanvasElement, Canvas>();
  const canvasOf = (element: HTMLCanvasElement) => {
    const known = canvases.get(element);
    if (known && known.width === element.width && known.height === element.height) return known;
    const made = createCanvas(element.width, element.height);
    canvases.set(element, made);
    return made;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: string) {
      return kind === "2d" ? canvasOf(this).getContext("2d") : null;
    },
    toDataURL(this: HTMLCanvasElement) {
      return canvasOf(this).toDataURL("image/png");
    },
  });
  window.URL.createObjectURL = () => "blob:none";

  const { script, keep } = cachedScript(path);
  script.runInContext(dom.getInternalVMContext());
  const scope = window as unknown as Record<string, { toImage: ToImage } | undefined>;
  const library = scope["Plotly"] ?? scope["moduleName"];
  if (!library) throw new Error("plotly.js did not load: run npm install again.");
  return async (figure, options) => {
    const image = await library.toImage(figure, options);
    keep();
    return image;
  };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/** Where a box lies in the coordinates of `ancestor`, after the transforms of `element` and what holds it. */
function placed(box: Box, element: Element, ancestor: Element | null): Box {
  let corners = [
    [box.x, box.y],
    [box.x + box.width, box.y],
    [box.x, box.y + box.height],
    [box.x + box.width, box.y + box.height],
  ];
  for (let e: Element | null = element; e && e !== ancestor; e = e.parentElement) {
    const steps = [...(e.getAttribute("transform") ?? "").matchAll(/(\w+)\(([^)]*)\)/g)].reverse();
    for (const [, kind, list] of steps) {
      const [a = 0, b = 0, c = 0] = list.split(/[\s,]+/).map(Number);
      const angle = (a * Math.PI) / 180;
      corners = corners.map(([x, y]) => {
        if (kind === "translate") return [x + a, y + b];
        if (kind === "scale") return [x * a, y * (b || a)];
        if (kind !== "rotate") return [x, y];
        const [dx, dy] = [x - b, y - c];
        return [
          b + dx * Math.cos(angle) - dy * Math.sin(angle),
          c + dx * Math.sin(angle) + dy * Math.cos(angle),
        ];
      });
    }
  }
  return around(corners.map(([x, y]) => ({ x, y, width: 0, height: 0 })));
}
