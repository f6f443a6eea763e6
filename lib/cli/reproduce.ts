import { resolve } from "node:path";
import { help, parseOptions } from "./options";
import { reproduce } from "./reproduction";
import { runCommand } from "./run-command";
import { stopSignal } from "./stop-signal";

// The command behind `npm run reproduce`.

runCommand("reproduce", async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(help);
    return 0;
  }
  return reproduce(options, {
    root: resolve(__dirname, "../.."),
    // npm starts scripts in the project's folder, and says where it was started itself.
    from: process.env.INIT_CWD ?? process.cwd(),
    terminal: process.stdout,
    signal: stopSignal(),
  });
});
