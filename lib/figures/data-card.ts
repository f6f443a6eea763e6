import { sliceRows, takeRows } from "../array";
import { describe } from "../data/describe";
import { type DatasetFacts, type InspectOptions, inspectDataset } from "../data/inspect";
import type { Dataset, Samples } from "../data/samples";
import type { TableColumn } from "../data/table/codec";
import { assertKnown } from "../errors";
import { writeAtomically } from "../files/atomic-write";
import { formatNumber } from "../text";
import type { Displayable } from "./figure";
import { imageGrid } from "./image-grid/image-grid";

export interface DataCardOptions extends InspectOptions {
  /** Images in each row of the contact sheet. Default 12. */
  readonly perRow?: number;
  /** Files and columns that are listed one by one. Default 10. */
  readonly listed?: number;
}

/** A data set's card: what is in it, and what to beware of. */
export interface DataCard extends Displayable {
  /** What was counted, and what to beware of, as data. */
  readonly facts: DatasetFacts;
  /** The card in Markdown, without the contact sheet. */
  readonly text: string;
  /** The contact sheet, for images. */
  readonly sheet?: Displayable;
  /** Writes NAME.md and, for images, NAME.png into a folder; NAME is the data set's unless it is given. */
  save(folder: string, name?: string): Promise<void>;
}

/** What own data sets have besides: files or columns that are left out or odd. */
interface Noted {
  readonly leftOut?: readonly { readonly file?: string; readonly column?: string; readonly note: string }[];
  readonly remarks?: Noted["leftOut"];
  readonly columns?: readonly TableColumn[];
}

/**
 * The card of a data set, one's own or the library's, made by one look at all of it: counts, sizes, classes,
 * a contact sheet or what the columns became, samples that more than one split has, equal or alike, what was
 * left out, and pitfalls.
 *
 * @example
 * const card = dataCard({ name: "moons", classes: ["upper", "lower"], train: data, test: take(data, 9) });
 * card.facts.leaks[0].equal; // 9: these test samples are known from training
 * await card.save("cards"); // in a notebook: await show(card)
 * @throws as the data set's splits do.
 */
export function dataCard(data: Dataset & Noted, options: DataCardOptions = {}): DataCard {
  assertKnown(options, { perRow: true, listed: true, apart: true, compared: true }, "dataCard", {
    likely: true,
  });
  const { perRow = 12, listed = 10 } = options;
  const facts = inspectDataset(data, options);
  const text = cardText(data, facts, listed);
  const sheet = data.train.x.shape.length === 4 ? contactSheet(data, perRow) : undefined;
  const png = async () => (await sheet?.toBundle())?.["image/png"] as string | undefined;
  return Object.freeze({
    facts,
    text,
    ...(sheet && { sheet }),
    async toBundle() {
      const picture = await png();
      const shown = picture ? `${text}\n\n![${sheet!.alt}](data:image/png;base64,${picture})\n` : text;
      return Object.freeze({ "text/markdown": shown, "text/plain": text });
    },
    async save(folder: string, given = data.name) {
      const name = given.replace(/[/\\:*?"<>|]/g, "-");
      const picture = await png();
      if (picture) writeAtomically(`${folder}/${name}.png`, Buffer.from(picture, "base64"));
      const link = picture ? `\n\n![${sheet!.alt}](<${name}.png>)\n` : "\n";
      writeAtomically(`${folder}/${name}.md`, `${text}${link}`);
    },
  });
}

function cardText(data: Dataset & Noted, { splits, leaks, pitfalls }: DatasetFacts, listed: number): string {
  const { name, checksum, shape, licence, source, notes } = describe(data);
  const counts = splits.map((split) => `${split.name} ${whole(split.samples)}`).join(", ");
  const [train] = splits;
  // The card lists by itself what is left out.
  const news = data.leftOut?.length ? notes.filter((note) => !/ left out(?:$|:)/.test(note)) : notes;
  const sections = [
    `### ${escaped(name)}`,
    table(
      ["", ""],
      [
        ["samples", counts],
        [
          "one sample",
          shape.length === 3 ? `image, ${shape.join(" × ")}` : `point of ${shape.join(" × ")} numbers`,
        ],
        [
          "values for training",
          `${short(train.least)} to ${short(train.largest)}, mean ${short(train.mean)}, deviation ${short(train.deviation)}`,
        ],
        ...(train.missing > 0 ? [["missing values", `${short(100 * train.missing)} %`]] : []),
        ["source", source],
        ["licence", licence],
        ["checksum", checksum.slice(0, 16)],
      ],
    ),
    ...classTable(data, splits),
    ...columnTable(data.columns),
    `**Leaks between splits.** ${leaks
      .map(({ of, from, equal, alike, compared }) => {
        const near = alike === undefined ? "" : `, ${alike} of ${compared} look like one`;
        return `${of} and ${from}: ${equal} equal${near}`;
      })
      .join("; ")}.`,
    ...noteList("Left out", data.leftOut, listed),
    ...noteList("Used, but odd", data.remarks, listed),
    ...(news.length > 0 ? [`**Notes.**\n\n${news.map((note) => `- ${escaped(note)}`).join("\n")}`] : []),
    pitfalls.length > 0
      ? `**Pitfalls.**\n\n${pitfalls.map((each) => `- ${escaped(each)}`).join("\n")}`
      : "**Pitfalls.** None of those that are looked for.",
  ];
  return sections.join("\n\n");
}

const whole = (count: number) => formatNumber(count, 6);
const short = (value: number) => formatNumber(value, 3);

/** Text of a user's file or column as Markdown shows it: on one line, as it is. */
const escaped = (text: string) => text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>#|$~&]/g, "\\$&");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => escaped(cell)).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

function classTable({ classes }: Dataset, splits: DatasetFacts["splits"]): readonly string[] {
  if (classes.length === 0) return [];
  const most = 30;
  const rows = classes
    .slice(0, most)
    .map((name, k) => [name, ...splits.map(({ perClass }) => whole(perClass[k] ?? 0))]);
  const unknown = splits.some(({ unlabelled }) => unlabelled > 0)
    ? [["unknown", ...splits.map(({ unlabelled }) => whole(unlabelled))]]
    : [];
  const more = classes.length > most ? [`and ${classes.length - most} more classes`] : [];
  return [table(["class", ...splits.map(({ name }) => name)], [...rows, ...unknown]), ...more];
}

function columnTable(columns: readonly TableColumn[] = []): readonly string[] {
  if (columns.length === 0) return [];
  return [
    table(
      ["column", "kind", "becomes", "missing"],
      columns.map((column) => [column.axis, column.kind, became(column), whole(column.missing)]),
    ),
  ];
}

function became({ kind, role, span: [first, end], levels = [], mean, deviation, log }: TableColumn): string {
  const where = role === "target" ? "x" : "ξ.embedding";
  const place = end === first + 1 ? `${where}[${first}]` : `${where}[${first} … ${end - 1}]`;
  const some = levels.slice(0, 6).join(", ") + (levels.length > 6 ? ", …" : "");
  if (kind === "categorical") return `${place}: ${end === first + 1 ? "−1 or 1" : "one of"} ${some}`;
  const value = log
    ? "log v"
    : kind === "date"
      ? "days since 1970"
      : kind === "ordinal"
        ? `place in ${some}`
        : "v";
  return `${place} = (${value} − ${short(mean!)}) / ${short(deviation!)}`;
}

function noteList(title: string, notes: Noted["leftOut"], listed: number): readonly string[] {
  if (!notes?.length) return [];
  const lines = notes
    .slice(0, listed)
    .map(({ file, column, note }) => `- ${escaped(file ?? column ?? "")}: ${escaped(note)}`);
  const more = notes.length > listed ? [`- and ${notes.length - listed} more`] : [];
  return [`**${title}.**\n\n${[...lines, ...more].join("\n")}`];
}

/** The first images for training of each class, or the first of all. */
function contactSheet({ name, train, classes }: Dataset, perRow: number) {
  const most = 12;
  const rows =
    train.labels && classes.length > 1
      ? classes.slice(0, most).flatMap((label, k) => {
          const found = rowsOfClass(train, k, perRow);
          return found.length > 0 ? [{ label, images: takeRows(train.x, found) }] : [];
        })
      : [{ label: "train", images: sliceRows(train.x, 0, perRow) }];
  const shown = rows.map(({ label, images }) => ({ label, images: visible(images) }));
  const each = classes.length > 1 ? "of each class, one class per row" : "for training";
  return imageGrid({
    title: `The first images of ${name}`,
    alt: `The first ${perRow} images ${each}.`,
    rows: shown,
    ...(classes.length > most && { note: `The first ${most} of ${classes.length} classes.` }),
  });
}

function rowsOfClass({ labels }: Samples, label: number, n: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < labels!.length && rows.length < n; row++)
    if (labels![row] === label) rows.push(row);
  return rows;
}

/** Images with as many channels as can be shown: two or four show their first. */
function visible(images: Samples["x"]): Samples["x"] {
  const [n, h, w, c] = images.shape;
  if (c === 1 || c === 3) return images;
  const channels = c > 3 ? 3 : 1;
  const data = new Float32Array(n * h * w * channels);
  for (let p = 0; p < n * h * w; p++) {
    for (let k = 0; k < channels; k++) data[p * channels + k] = images.data[p * c + k];
  }
  return { shape: [n, h, w, channels], data };
}
