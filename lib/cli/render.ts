import { relative, resolve } from "node:path";
import { help, parseRenderOptions } from "./rendering/options";
import { renderFiles } from "./rendering/render-files";
import { runCommand } from "./run-command";

// The command behind `npm run render`.

const root = resolve(__dirname, "../..");
// npm starts scripts in the project's folder, and says where it was started itself.
const from = process.env.INIT_CWD ?? process.cwd();

runCommand("render", async () => {
  const options = parseRenderOptions(process.argv.slice(2));
  if (options.help) {
    console.log(help);
    return 0;
  }
  const shown = (path: string) => (relative(from, path).startsWith("..") ? path : relative(from, path));
  const failed = await renderFiles(options, { root, from, print: console.log, shown });
  return failed > 0 ? 1 : 0;
});
