import type { Origin } from "./samples";

/** The origin of a data set of this name, by its record datasets/NAME.json, and its checksum. */
export const originOf = (
  name: string,
  { source, licence }: Pick<Origin, "source" | "licence">,
  checksum: string,
): Origin => Object.freeze({ source, licence, checksum, card: `datasets/${name}.md` });
