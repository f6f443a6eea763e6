import type { NdArray } from "../array";
import { expected } from "../errors";
import { installCommand, packageFolder, projectRoot } from "../files/project";
import { type FileRecord, readVerified } from "../files/verified";
import { catalogue, type Drawing } from "./emoji-catalogue";
import { fromBytes } from "./pixels";
import { rasterise } from "./rasterise";
import { readRecord } from "./record";

/** Whose drawings of emoji. */
export type EmojiStyle = "twemoji" | "noto" | "fluent" | "openmoji";

/** datasets/emoji.json. */
export interface EmojiRecord {
  readonly source: string;
  readonly licence: string;
  readonly styles: readonly EmojiStyle[];
  readonly categories: readonly string[];
  readonly leftOut: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Test images of the default split that look like training images; see `EmojiSplit.apart`. */
  readonly split: { readonly nearDuplicates: { readonly apart: number; readonly test: number } };
  /** Size → SHA-256 of all images, as rendered on x64. */
  readonly pixels: Readonly<Record<string, string>>;
  readonly packages: Readonly<
    Record<EmojiStyle, { readonly name: string; readonly files: Readonly<Record<string, FileRecord>> }>
  >;
}

/** The drawings that the record chooses of all installed. @throws when a file is missing or damaged. */
export async function readDrawings(root: string, record: EmojiRecord): Promise<readonly Drawing[]> {
  const sets = [];
  for (const style of record.styles) {
    const { name, files } = record.packages[style];
    const folder = packageFolder(name, root);
    const restore = installCommand(name, root);
    const texts = await readVerified({ what: "emoji", folder, files, restore });
    const parse = (file: string) => JSON.parse(texts[file].toString("utf8"));
    sets.push({
      style,
      icons: parse("icons.json"),
      metadata: parse("metadata.json"),
      chars: parse("chars.json"),
    });
  }
  return catalogue({ sets, categories: record.categories, leftOut: record.leftOut });
}

/**
 * A few emoji without drawing all the others: images `[n, size, size, 3]` in [-1, 1], the same as in `emoji`.
 * @param names such as "noto/red-apple"
 * @throws for one that there isn't.
 */
export async function drawEmoji(names: readonly string[], size: number): Promise<NdArray> {
  const root = projectRoot();
  const drawings = await readDrawings(root, await readRecord<EmojiRecord>(root, "emoji"));
  const svgs = names.map((wanted) => {
    const drawing = drawings.find(({ style, name }) => `${style}/${name}` === wanted);
    if (!drawing) throw expected("an emoji of the packages, as STYLE/NAME", `"${wanted}"`);
    return drawing.svg;
  });
  const { bytes } = await rasterise({ svgs, size });
  return fromBytes([names.length, size, size, 3], bytes);
}
