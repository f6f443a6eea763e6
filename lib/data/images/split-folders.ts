import { expected } from "../../errors";
import { rng } from "../../random";
import type { SplitRows } from "../split";
import type { Labelled } from "./classes";
import type { ImageSplit } from "./image-folder-options";
import type { ImageFile } from "./list-files";

type Side = "train" | "test" | "validation";

const sideNames: Readonly<{ [name: string]: Side | undefined }> = {
  train: "train",
  training: "train",
  test: "test",
  testing: "test",
  val: "validation",
  valid: "validation",
  validation: "validation",
};

/** Which split each top folder is for, where folders split the images. */
export function splitFolders(
  images: readonly ImageFile[],
  split: ImageSplit | undefined,
  path: string,
): ReadonlyMap<string, Side> | undefined {
  if (split?.by === "random") return undefined;
  const tops = new Set(
    images.map(({ name }) => (name.includes("/") ? name.slice(0, name.indexOf("/")) : "")),
  );
  const sides = new Map(
    [...tops].flatMap((top) => {
      const side = sideNames[top.toLowerCase()];
      return side ? [[top, side] as const] : [];
    }),
  );
  const has = (side: Side) => [...sides.values()].includes(side);
  const complete = sides.size === tops.size && has("train") && (has("test") || has("validation"));
  if (!complete) {
    if (split?.by === undefined) return undefined;
    throw expected(
      `folders train and test, and perhaps val, with all images of "${path}" for split.by "folders"`,
      [...tops]
        .slice(0, 5)
        .map((top) => (top === "" ? "images in no folder" : `"${top}"`))
        .join(", "),
    );
  }
  const shares = (["test", "validation"] as const).filter((share) => split?.[share] !== undefined);
  if (shares.length > 0) {
    throw expected(
      `no share to split by in "${path}", whose folders ${[...tops].join(", ")} are the split`,
      `split.${shares[0]}: ${split?.[shares[0]]}`,
      'Leave it out, or pass split: { by: "random", … } to split all images anew.',
    );
  }
  // Without a folder for testing, the one for validation is what results are measured on.
  if (!has("test")) for (const [top, side] of sides) if (side === "validation") sides.set(top, "test");
  return sides;
}

/** The images of each split, in an order by the seed. */
export function rowsByFolder(
  known: readonly Labelled[],
  sides: ReadonlyMap<string, Side>,
  { seed, path }: { readonly seed: number | string; readonly path: string },
): SplitRows {
  const order = Array.from(rng(seed).fork("order").permutation(known.length));
  const of = (side: Side) =>
    order.filter((row) => sides.get(known[row].file.slice(0, known[row].file.indexOf("/"))) === side);
  const [train, test, validation] = [of("train"), of("test"), of("validation")];
  for (const [side, rows] of Object.entries({ train, test })) {
    if (rows.length === 0)
      throw expected(`images for the ${side} split in "${path}"`, "none that can be used");
  }
  return { train, test, ...(validation.length > 0 && { validation }) };
}
