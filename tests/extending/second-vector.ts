import { assertShape, embeddingPart, type NdArray, type Part, type PartKind } from "../../lib";

declare module "../../lib/conditions/condition" {
  interface Condition {
    /** The settings of a machine, `[n, k]`; a row of NaN isn't known. */
    readonly settings?: NdArray;
  }
}
declare module "../../lib/conditions/part" {
  interface ConditionSpec {
    readonly settings?: Part;
  }
}

/** A part of ξ of one's own: a second vector beside `embedding`, which networks take in the same way. */
export function settingsPart({
  width,
  missing,
}: {
  readonly width: number;
  readonly missing?: boolean;
}): Part {
  return Object.freeze({
    ...embeddingPart({ width, missing }),
    kind: "settings",
    withMissing: () => settingsPart({ width, missing: true }),
    input({ settings }, n) {
      if (!settings) throw new Error("The network was built for settings.");
      assertShape(settings, [n, width], "settings");
      return embeddingPart({ width, missing }).input({ embedding: settings }, n);
    },
  } satisfies Part);
}

export const settingsKind: PartKind = {
  name: "settings",
  make: (options) => settingsPart(options as { width: number }),
  missingValue: Number.NaN,
};
