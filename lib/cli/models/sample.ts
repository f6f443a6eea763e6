import type { Given } from "./command-options";
import { type Context, wrongUsage } from "./context";
import { sampleImages } from "./sample-images";
import { sampleRows } from "./sample-rows";
import type { sampleSpecs } from "./specs";
import { openTrained, type Trained } from "./trained";

type Options = Given<typeof sampleSpecs>;

/** Draws samples of a model and writes them. @throws UsageError when what was given doesn't fit the model. */
export async function sample(named: string, given: Options, context: Context): Promise<number> {
  const trained = await openTrained(named);
  const idle = idleOption(trained, given);
  if (idle) throw wrongUsage(`--${idle} is not for ${trained.about.task}, which ${named} was trained for.`);
  return trained.about.task === "table"
    ? sampleRows(trained, given, context)
    : sampleImages(trained, given, context);
}

function idleOption({ about: { task } }: Trained, given: Options): string | undefined {
  const used: Readonly<Record<typeof task, readonly (keyof Options)[]>> = {
    "in-painting": ["input", "mask", "format", "draws", "range", "layout"],
    "super-resolution": ["input", "format", "draws", "range", "layout"],
    classes: ["class", "format"],
    table: ["input", "given", "draws"],
  };
  const special: readonly (keyof Options)[] = [
    ...(["input", "mask", "class", "given", "format", "draws", "range", "layout"] as const),
  ];
  return special.find((name) => given[name] !== undefined && !used[task].includes(name));
}
