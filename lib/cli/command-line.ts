import type { Options } from "./options";
import { limitWords } from "./time-limits";

/** The command line that options stand for. */
export function commandLine(options: Options): string {
  const { paths, all, only, out, set, params, limits, jobs, save, pdf, check, force } = options;
  const words = [...paths];
  if (all) words.push("--all");
  if (only.length > 0) words.push("--only", only.join(","));
  if (out !== "reports") words.push("--out", out);
  for (const [name, value] of Object.entries(set)) words.push("--set", `${name}=${value}`);
  if (params !== undefined) words.push("--params", params);
  words.push(...limitWords(limits));
  if (jobs > 1) words.push("--jobs", `${jobs}`);
  if (save) words.push("--save");
  if (pdf) words.push("--pdf");
  if (!check) words.push("--no-check");
  if (force) words.push("--force");
  const quoted = words.map((word) => (/^[\w./,=-]+$/.test(word) ? word : JSON.stringify(word)));
  return ["npm run reproduce", ...(quoted.length > 0 ? ["--", ...quoted] : [])].join(" ");
}
