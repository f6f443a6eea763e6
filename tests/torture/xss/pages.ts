import type { INotebookContent, IOutput } from "@jupyterlab/nbformat";
import { ndarray } from "../../../lib/array";
import {
  type Coupling,
  independent,
  inpainting,
  pairMoments,
  superResolution,
  tiles,
} from "../../../lib/couplings";
import { encodeModel } from "../../../lib/experiments/models/velocity";
import { dataTable, metricTable } from "../../../lib/figures";
import { unet } from "../../../lib/networks";
import { toBase64 } from "../../../lib/playground/packing/base64";
import { pack } from "../../../lib/playground/packing/packed";
import { playgroundMime } from "../../../lib/playground/spec";
import { rng } from "../../../lib/random";
import {
  renderDocument,
  renderIndex,
  renderLog,
  renderNotebook,
  renderPlay,
  renderRuns,
} from "../../../lib/report";
import { html } from "../../../lib/text";
import { code, notebook, shown, text } from "../../report/notebooks";
import type { Attack } from "./attacks";

/** A page with attacks in it. */
export interface HostilePage {
  readonly name: string;
  readonly html: string;
  /** Whether it has live figures. */
  readonly live: boolean;
  /** Attack n of the page and where it stands: it calls `ran(n)` and asks for `https://xn.invalid/`. */
  readonly placed: readonly { readonly attack: number; readonly field: string }[];
}

/** An attack's text for a field; the next of them in turn where none is named. */
type Place = (field: string, attack?: number) => string;

/** A place for each attack of a page, numbered. */
function places(attacks: readonly Attack[]): { readonly at: Place; readonly placed: HostilePage["placed"] } {
  const placed: { attack: number; field: string }[] = [];
  let turn = 0;
  const at: Place = (field, attack = turn++ % attacks.length) => {
    const n = placed.push({ attack, field }) - 1;
    return attacks[attack](`ran(${n})`, `https://x${n}.invalid/`);
  };
  return { at, placed };
}

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Small models that have learned nothing, and pictures, as live figures carry them. */
export async function carriedParts() {
  const x = rng(1).normals([2, 8, 8, 1]);
  const pictures = ndarray(x.shape, x.data.map((value) => Math.tanh(value)) as Float32Array);
  const model = async (coupling: Coupling) => {
    const network = unet({
      channels: 1,
      condition: coupling.condition,
      dim: 8,
      mults: [1],
      blocksPerLevel: 1,
      attention: "none",
    });
    const data = { x: pictures, labels: Int32Array.of(0, 1) };
    const moments = await pairMoments({ coupling, data, draws: 64, rng: rng(2) });
    return toBase64(
      await pack(encodeModel({ network, parameters: network.init(rng(3)), moments }), "halves"),
    );
  };
  return {
    models: {
      filling: await model(inpainting({ mask: tiles({ grid: 4, p: 0.3 }) })),
      sharpening: await model(superResolution({ factor: 2, channels: 1, sigma: 0.2 })),
      drawing: await model(independent({ classes: 2 })),
    },
    packed: toBase64(await pack(Uint8Array.from({ length: 128 }, (_, i) => (37 * i) % 256))),
    keep: toBase64(Uint8Array.from({ length: 64 }, (_, i) => (i % 3 === 0 ? 0 : 1))),
  };
}

export type CarriedParts = Awaited<ReturnType<typeof carriedParts>>;

/** Live figures that hold together, with attacks in all their texts. */
function livePlays(at: Place, { models, packed, keep }: CarriedParts) {
  const play = (kind: string, parts: (named: (model: string) => object) => object, model?: string) => {
    const field = (name: string) => at(`live figure, ${kind}: ${name}`);
    const name = field("name of the model");
    const carried = model ? { [name]: models[model as keyof typeof models] } : {};
    const described = { kind, title: field("title"), alt: field("alt"), seed: 1 };
    const named = (label: string) => ({ label: field(label), model: name });
    return { version: 1, play: { ...described, ...parts(named) }, models: carried };
  };
  const pictures = (kind: string) => ({
    shape: [2, 8, 8, 1],
    packed,
    names: [at(`live figure, ${kind}: name of a picture`), at(`live figure, ${kind}: name of a picture`)],
  });
  return [
    play(
      "in-painting",
      (named) => ({
        models: [named("label of the model"), named("label of the second model")],
        pictures: pictures("in-painting"),
        keep,
      }),
      "filling",
    ),
    play("coupling", () => ({})),
    play(
      "super-resolution",
      (named) => ({
        models: [named("label of the model")],
        pictures: pictures("super-resolution"),
        factor: 2,
        sigma: 0.2,
      }),
      "sharpening",
    ),
    play(
      "classes",
      (named) => ({
        models: [{ ...named("label of the model"), guidance: true }],
        classes: [at("live figure, classes: a class"), at("live figure, classes: a class")],
        shape: [8, 8, 1],
      }),
      "drawing",
    ),
  ];
}

/** Live figures that don't hold together: attacks stand where base64, numbers and names of kinds belong. */
function brokenPlays(at: Place, { models, packed, keep }: CarriedParts) {
  const good = {
    ...{ kind: "in-painting", title: "t", alt: "a", seed: 1, keep },
    models: [{ label: "l", model: "m" }],
    pictures: { shape: [2, 8, 8, 1], packed, names: ["a", "b"] },
  };
  const carried = { m: models.filling };
  const broken = (field: string) => at(`broken live figure: ${field}`);
  return [
    { version: 1, play: { ...good, kind: broken("kind") }, models: carried },
    { version: 1, play: { ...good, seed: broken("seed") }, models: carried },
    { version: 1, play: { ...good, keep: broken("hole") }, models: carried },
    { version: 1, play: { ...good, models: broken("models") }, models: carried },
    {
      version: 1,
      play: { ...good, pictures: { ...good.pictures, packed: broken("pictures") } },
      models: carried,
    },
    {
      version: 1,
      play: { ...good, pictures: { ...good.pictures, shape: [broken("shape")] } },
      models: carried,
    },
    { version: 1, play: good, models: { m: broken("weights") } },
    { version: broken("version"), play: good, models: carried },
    broken("all of it"),
    // What doesn't belong to it is left out.
    { version: 1, play: { ...good, [broken("a field too many")]: broken("its value") }, models: carried },
    // Base64, but of no weights and no pictures: refused in the page.
    { version: 1, play: good, models: { m: Buffer.from(broken("bytes of weights")).toString("base64") } },
  ];
}

/** A figure of Plotly with attacks in its texts. */
function plotlyFigure(at: Place) {
  const field = (name: string) => at(`plot: ${name}`);
  return {
    data: [
      {
        ...{ type: "scatter", mode: "lines+markers+text", x: [1, 2, 3], y: [1, 3, 2] },
        name: field("name of a trace"),
        text: [field("text of a point"), field("text of a point"), "c"],
        hovertext: [field("text at a point"), "b", "c"],
        customdata: [field("data of a point"), "b", "c"],
        meta: field("meta of a trace"),
        line: { color: field("colour") },
      },
      {
        ...{ type: "bar", x: [field("category"), "b"], y: [1, 2] },
        hovertemplate: `%{x}${field("template")}<extra>${field("extra of a template")}</extra>`,
      },
    ],
    layout: {
      ...{ width: 400, height: 300, showlegend: true },
      title: { text: field("title") },
      xaxis: { title: { text: field("title of an axis") } },
      yaxis: { ticktext: [field("tick")], tickvals: [1] },
      annotations: [{ x: 1, y: 1, text: field("annotation"), hovertext: field("text at an annotation") }],
      meta: { title: field("title for readers"), alt: field("alt") },
      font: { family: field("font") },
      updatemenus: [{ buttons: [{ label: field("button"), method: "relayout", args: [{}] }] }],
      images: [{ source: field("image"), x: 0, y: 1, sizex: 1, sizey: 1 }],
    },
  };
}

/** The cells of one attack, each made when it is asked for: in each, it stands in one field or a few. */
function cellsOf(at: Place): readonly (() => ICell)[] {
  const line = (field: string) => at(field).replace(/\n/g, " ");
  const markdown = [
    () => at("Markdown"),
    () => `## ${line("heading")}\n\n> ${at("quote")}\n\n- ${at("list")}`,
    () => `[a](${at("address of a link")} "${at("title of a link")}") [${at("text of a link")}](#a)`,
    () => `![${at("alt of a picture")}](data:image/png;base64,${png} "${at("title of a picture")}")`,
    () => `![x](${at("address of a picture")})`,
    () => `| ${line("head of a table")} |\n|---|\n| ${line("cell of a table")} |`,
    () =>
      `\`\`\`${line("language of code in text")}\n${at("block of code")}\n\`\`\`\n\n\`${at("code in a line")}\``,
    () => `$${at("formula")}$\n\n$$${at("formula of its own")}$$`,
    () => `<b title="${at("attribute of HTML")}">b</b>\n\n<div>\n\n${at("inside HTML")}\n\n</div>`,
    () => `[a]: ${at("address of a reference")}\n\n[a] <${at("address in brackets")}>`,
  ];
  const bundle = (field: string, mime: string, wrap = (attack: string) => attack as unknown) =>
    shown({ [mime]: wrap(at(field)), "text/plain": at(`${field}: text beside it`) });
  const drawing = (attack: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${attack}</svg>`;
  const outputs: readonly (() => IOutput)[] = [
    () => ({ output_type: "stream", name: "stdout", text: at("printed") }),
    () => ({ output_type: "stream", name: at("name of a stream"), text: at("printed elsewhere") }) as IOutput,
    () => ({
      output_type: "stream",
      name: "stderr",
      text: `\u001b[1;31m${at("printed in colours")}\u001b[0m\r`,
    }),
    () => ({ output_type: "error", ename: at("error"), evalue: at("message"), traceback: [at("trace")] }),
    () => bundle("text", "text/plain"),
    () => bundle("HTML", "text/html"),
    () =>
      bundle("table", "text/html", (a) => `<table><caption>${a}</caption><tr><td title="${a}">${a}</table>`),
    () => bundle("Markdown output", "text/markdown"),
    () => bundle("LaTeX", "text/latex"),
    () => bundle("JSON", "application/json", (a) => ({ [a]: a })),
    () => bundle("JavaScript", "application/javascript"),
    () => bundle("unknown type", `application/${at("type of an output")}`),
    () => bundle("PNG", "image/png"),
    () => bundle("JPEG", "image/jpeg"),
    () => bundle("SVG", "image/svg+xml", drawing),
    () => bundle("plot that is none", "application/vnd.plotly.v1+json"),
    () => bundle("live figure that is none", playgroundMime),
    () => shown({ [at("type alone")]: at("value of a type") }),
    () =>
      shown(
        { "image/png": png, "text/plain": at("alt of an output") },
        {
          "image/png": { width: at("width"), height: at("height"), slices: slicesOf(at) },
          [at("metadata")]: at("its value"),
        },
      ),
    () =>
      shown(
        metricTable({ title: at("title of metrics"), rows: rows(at), note: at("note") }).toBundle() as Data,
      ),
    () => shown(dataTable(rows(at), { title: at("title of data") }).toBundle() as Data),
  ];
  const attached = (name: string, content: string, mime = "image/png") =>
    text(`![x](attachment:${encodeURIComponent(name)}) ![x](attachment:${name})`, {
      attachments: { [name]: { [mime]: content } },
    });
  return [
    ...markdown.map((source) => () => text(source())),
    ...outputs.map((output) => () => code("", [output()])),
    () => attached("a.png", at("attached picture")),
    () => attached("b.png", at("attachment"), at("type of an attachment")),
    () => attached(at("name of an attachment"), png),
    () => ({ cell_type: "raw", metadata: { format: at("format of a raw cell") }, source: at("raw cell") }),
    () => ({
      ...code(at("source")),
      id: at("id of a cell"),
      metadata: { tags: [at("tag")], [at("key")]: 1 },
    }),
    () => ({ ...code("1"), execution_count: at("number of a cell") as unknown as number }),
    () => code(`let a = ${line("parameter")};\nlet b = 1; // ${line("comment")}`, [], ["parameters"]),
  ];
}

type ICell = INotebookContent["cells"][number];
type Data = Readonly<Record<string, unknown>>;

/** Time slices that hold together, but for what they are called. */
const slicesOf = (at: Place) => ({
  names: [at("name of a slice").slice(0, 190), at("name of a slice").slice(0, 190)],
  labels: [at("label of slices").slice(0, 190)],
  cells: [
    [
      [0, 0, 1, 1],
      [0, 0, 1, 1],
    ],
  ],
});

const rows = (at: Place) => [
  { [`x${at("column")}`]: at("cell"), y: 1 },
  { [`x${at("other column")}`]: at("other cell"), y: 2 },
];

/**
 * A report of cells, plots and live figures, with attacks in all fields.
 * @param options.share of its cells, an attack stands in one of so many
 */
export async function hostileReport(
  attacks: readonly Attack[],
  { parts, share }: { readonly parts: CarriedParts; readonly share: number },
): Promise<HostilePage> {
  const { at, placed } = places(attacks);
  const still = (field: string) => ({ "image/png": png, "text/plain": at(field) });
  const lively = [...livePlays(at, parts), ...brokenPlays(at, parts)].map((play) =>
    code("", [shown({ [playgroundMime]: play, ...still("text beside a live figure") })]),
  );
  const plots = [1, 2].map(() =>
    code("", [shown({ "application/vnd.plotly.v1+json": plotlyFigure(at), ...still("text beside a plot") })]),
  );
  const cells = attacks.flatMap((_, k) =>
    cellsOf((field) => at(field, k)).flatMap((cell, j) => ((j + k) % share === 0 ? [cell()] : [])),
  );
  const answer = code("", [shown({ "text/markdown": `**Answer.** ${at("answer")}` })]);
  const made = notebook(text(`# ${at("title").replace(/\n/g, " ")}`), answer, ...lively, ...plots, ...cells);
  const language = at("language of the code");
  const page = await renderNotebook(
    {
      ...made,
      metadata: {
        kernelspec: { name: language, language, display_name: at("kernel") },
        title: at("metadata"),
      },
    },
    {
      facts: { [at("name of a fact")]: at("fact"), seed: at("seed") },
      notices: [at("notice")],
      links: [{ label: at("label of a link"), href: at("address of a link below the title") }],
      language: at("language"),
      footer: at("footer"),
      title: at("file name"),
      code: "shown",
    },
  );
  return { name: "report", html: page, live: true, placed };
}

/** All other pages, with the attacks in turn in their fields. */
export async function otherPages(attacks: readonly Attack[], parts: CarriedParts): Promise<HostilePage[]> {
  const pages: HostilePage[] = [];
  const add = async (name: string, make: (at: Place) => string | Promise<string>, live = false) => {
    const { at, placed } = places(attacks);
    const named: Place = (field) => at(`${name}: ${field}`);
    pages.push({ name, html: await make(named), live, placed });
  };
  const link = (at: Place) => ({ label: at("label of a link"), href: at("address of a link") });
  const few = Array.from({ length: Math.ceil(attacks.length / 3) }, (_, k) => k);
  await add("index", (at) =>
    renderIndex(
      few.map(() => ({
        ...{ title: at("title"), href: at("address"), scale: at("scale"), status: at("status") },
        ...{
          durationSeconds: 1,
          started: at("start"),
          about: [at("machine")],
          answer: html`${at("answer")}`,
        },
        ...{ metrics: { [at("metric")]: at("value") }, thumbnail: at("picture"), note: noteOf(at) },
        ...{ notebookHref: at("notebook"), metricsHref: at("metrics"), comparisonHref: at("comparison") },
      })),
      { title: at("title"), lead: at("lead"), facts: { [at("fact")]: at("value") }, links: [link(at)] },
    ),
  );
  await add("runs", (at) =>
    renderRuns(
      few.map(() => ({
        ...{ notebook: at("notebook"), status: at("status"), detail: at("reason"), started: at("start") },
        parameters: [true, false].map((changed) => ({ name: at("parameter"), value: at("value"), changed })),
        ...{ metrics: { [at("metric")]: at("value") }, commit: at("commit") },
        links: [link(at), { label: "Report", href: at("report") }],
      })),
    ),
  );
  await add("log", (at) =>
    renderLog({
      ...{ title: at("title"), status: "failed", error: at("error"), done: 1, cells: 2 },
      ...{
        started: new Date(0),
        now: new Date(1e5),
        facts: { [at("fact")]: at("value") },
        links: [link(at)],
      },
      lines: few.map(() => at("progress")),
      figures: few.map(() => shown({ "image/png": png, "text/plain": at("figure") }) as never),
      printed: few.map(() => at("printed")).join("\n"),
    }),
  );
  await add("comparison", (at) =>
    renderDocument({
      ...{
        title: at("title"),
        facts: { [at("fact")]: at("value") },
        links: [link(at)],
        notices: [at("notice")],
      },
      sections: few.map(() => ({
        title: at("section"),
        body: html`<p title="${at("title")}">${at("text")}</p>`,
      })),
      footer: at("footer"),
    }),
  );
  await add(
    "play page",
    (at) =>
      renderPlay({
        ...{ title: at("title"), lead: at("lead"), footer: at("footer") },
        sections: livePlays(at, parts).map((play) => ({
          ...{ id: at("id"), heading: at("heading"), hint: at("hint") },
          bundle: { [playgroundMime]: play, "image/png": png, "text/plain": at("text") },
        })),
      }),
    true,
  );
  return pages;
}

const noteOf = (at: Place) => ({ text: at("note"), href: at("address of a note") });
