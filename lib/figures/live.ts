import { deflateRawSync } from "node:zlib";
import { html, type SafeHtml, trusted } from "../text";
import type { PlotlyFigure } from "./plotly/figure";

// Apart, because compilers rewrite templates that hold this text.
const endOfScript = trusted("</script>");

/**
 * The HTML of a figure in a notebook: its picture, which a script turns into an interactive plot where
 * possible. The script takes plotly.js from the page, or from the project's own `node_modules` when
 * JupyterLab serves the project's folder; it never contacts another host, and without the library the picture
 * stays.
 */
export function liveHtml(options: {
  id: string;
  title: string;
  alt: string;
  png: string;
  figure: PlotlyFigure;
}): SafeHtml {
  const { id, title, alt, png, figure } = options;
  const { width, height } = figure.layout;
  const packed = deflateRawSync(JSON.stringify(figure), { level: 9 }).toString("base64");
  const size = html`width="${width}" height="${height}"`;
  const words = html`alt="${title}. ${alt}"`;
  const fit = "max-width:100%;height:auto";
  const picture = html`<img src="data:image/png;base64,${png}" ${size} ${words} style="${fit}">`;
  const call = html`(${trusted(upgrade)})("plot-${id}","${packed}")`;
  return html`<div id="plot-${id}" style="max-width:${width}px">${picture}</div><script>${call}${endOfScript}`;
}

const upgrade = `async function(id,packed){
const box=document.getElementById(id);
if(!box||!window.DecompressionStream)return;
try{
if(!window.Plotly){
const config=document.getElementById("jupyter-config-data");
if(!config)return;
const base=JSON.parse(config.textContent).baseUrl||"/";
window.plotlyLoading=window.plotlyLoading||new Promise(function(done,fail){
const s=document.createElement("script");
s.src=base+"files/node_modules/plotly.js-dist-min/plotly.min.js";
s.onload=done;s.onerror=fail;document.head.appendChild(s);});
await window.plotlyLoading;}
const P=window.Plotly||window.moduleName;
if(!P)return;
const bytes=Uint8Array.from(atob(packed),function(c){return c.charCodeAt(0)});
const stream=new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
const figure=JSON.parse(await new Response(stream).text());
const plot=document.createElement("div");
await P.newPlot(plot,figure.data,figure.layout,{displaylogo:false,responsive:false});
box.replaceChildren(plot);
}catch(e){}
}`.replace(/\n/g, "");
