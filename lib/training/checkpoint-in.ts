import { join } from "node:path";

/**
 * The checkpoint's path for one of several trainings, such as "emoji, coupled, seed 0", in a folder; none, so that
 * nothing is stored, when the folder is "": the default of the notebooks' parameter `checkpoints`.
 */
export function checkpointIn(folder: string, name: string): string | undefined {
  const file = name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return folder ? join(folder, `${file}.safetensors`) : undefined;
}
