import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The files of the font that text in pictures is set in, and of its companion for mathematics. */
export function fontFiles(): { readonly regular: string; readonly bold: string; readonly math: string } {
  const folder = dirname(createRequire(__filename).resolve("dejavu-fonts-ttf/package.json"));
  return {
    regular: join(folder, "ttf/DejaVuSans.ttf"),
    bold: join(folder, "ttf/DejaVuSans-Bold.ttf"),
    math: join(folder, "ttf/DejaVuMathTeXGyre.ttf"),
  };
}

/** Where the installed copy of plotly.js lies: one minified script that sets `window.Plotly`. */
export function plotlyPath(): string {
  return createRequire(__filename).resolve("plotly.js-dist-min/plotly.min.js");
}
