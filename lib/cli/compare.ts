import { join, relative, resolve } from "node:path";
import { asCsv } from "./comparison/as-csv";
import { asMarkdown } from "./comparison/as-markdown";
import { asPage } from "./comparison/as-page";
import { asText } from "./comparison/as-text";
import { compareRuns } from "./comparison/compare-runs";
import { findRuns } from "./comparison/find-runs";
import { help, parseCompareOptions } from "./comparison/options";
import { runCommand } from "./run-command";
import { writeFile } from "./write-file";

// The command behind `npm run compare`.

const root = resolve(__dirname, "../..");
// npm starts scripts in the project's folder, and says where it was started itself.
const from = process.env.INIT_CWD ?? process.cwd();

runCommand("compare", async () => {
  const options = parseCompareOptions(process.argv.slice(2));
  if (options.help) {
    console.log(help);
    return 0;
  }
  const { runs, leftOut, out } = findRuns(options.runs, { root, from });
  const comparison = compareRuns(runs, leftOut, options);
  const { format } = options;
  const page = format === "html" ? join(out, "compare.html") : undefined;
  const file = options.out === undefined ? page : resolve(from, options.out);
  const content = {
    text: () => asText(comparison, process.stdout.columns || 110),
    csv: () => asCsv(comparison),
    md: () => asMarkdown(comparison),
    html: () => asPage(comparison, file ?? ""),
  };
  const text = await content[format]();
  if (file === undefined) process.stdout.write(text);
  else {
    writeFile(file, text);
    console.log(`Comparison: ${relative(from, file).startsWith("..") ? file : relative(from, file)}`);
  }
  return 0;
});
