import { mkdirSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { writeAtomically } from "../files/atomic-write";
import { openFile } from "./playing/open-file";
import { help, parsePlayOptions } from "./playing/options";
import { playPage } from "./playing/page";
import { runCommand } from "./run-command";

// The command behind `npm run play`.

const root = resolve(__dirname, "../..");
// npm starts scripts in the project's folder, and says where it was started itself.
const from = process.env.INIT_CWD ?? process.cwd();

runCommand("play", async () => {
  const options = parsePlayOptions(process.argv.slice(2));
  if (options.help) {
    console.log(help);
    return 0;
  }
  const file = options.out ? resolve(from, options.out) : resolve(root, "reports/play.html");
  mkdirSync(dirname(file), { recursive: true });
  const page = await playPage();
  writeAtomically(file, new TextEncoder().encode(page));
  const shown = relative(from, file).startsWith("..") ? file : relative(from, file);
  const opened = options.open && (await openFile(file));
  const megabytes = (Buffer.byteLength(page) / 1e6).toFixed(1);
  console.log(
    `${opened ? "Opened" : "Written; open it in a browser:"} ${shown} (${megabytes} MB, works offline)`,
  );
  return 0;
});
