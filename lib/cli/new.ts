import { makeNotebook } from "./making/make-notebook";
import { runCommand } from "./run-command";

// The command behind `npm run new`. npm starts scripts in the project's folder, and says where it was
// started itself.

runCommand("new", async () => {
  console.log(makeNotebook(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd()));
  return 0;
});
