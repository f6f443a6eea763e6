import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { help as compareHelp } from "../../lib/cli/comparison/options";
import { exitCodeOf, exitCodesHelp, failure, wrongCall } from "../../lib/cli/exit-codes";
import { makeNotebook } from "../../lib/cli/making/make-notebook";
import { commandHelp, overview } from "../../lib/cli/models/help";
import { parseOptions, help as reproduceHelp } from "../../lib/cli/options";
import { help as playHelp } from "../../lib/cli/playing/options";
import { help as renderHelp } from "../../lib/cli/rendering/options";
import { reproduce } from "../../lib/cli/reproduction";
import { help as sweepHelp } from "../../lib/cli/sweeps/options";
import { UsageError } from "../../lib/errors";

// Commands that run notebooks or train have their codes tested where they are: reproduce, sweep, compare and
// interpolants.

const folder = mkdtempSync(join(tmpdir(), "exit-codes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = resolve(__dirname, "../..");

const run = (command: string, ...args: string[]) =>
  new Promise<{ code: number | null; text: string }>((done) => {
    const child = spawn(process.execPath, ["--import", "tsx", join(root, `lib/cli/${command}.ts`), ...args], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: "", INIT_CWD: folder },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        text += chunk;
      });
    }
    child.on("close", (code) => done({ code, text }));
  });

describe("the exit code", () => {
  it("is 2 for an error that users get, 1 for any other, or what the error says", () => {
    const usage = () => new UsageError("no");
    expect([exitCodeOf(usage()), exitCodeOf(new TypeError("no")), exitCodeOf("no")]).toEqual([2, 1, 1]);
    expect(exitCodeOf(usage(), 1)).toBe(1);
    expect([exitCodeOf(failure(usage())), exitCodeOf(wrongCall(failure(usage())), 1)]).toEqual([1, 2]);
  });

  it("stands in the help of all commands", () => {
    const helps = [reproduceHelp, sweepHelp, compareHelp, renderHelp, playHelp, overview];
    const ofCommands = ["train", "sample", "evaluate", "export"].map(commandHelp);
    for (const text of [...helps, ...ofCommands, makeNotebook(["--help"], folder)]) {
      expect(text.endsWith(exitCodesHelp)).toBe(true);
    }
  });

  it("is the same in commands that end at once", async () => {
    writeFileSync(join(folder, "damaged.ipynb"), "{");
    writeFileSync(join(folder, "file"), "");
    const calls = [
      [1, "render", "damaged.ipynb"],
      [2, "render", "gone.ipynb"],
      [0, "new", "mine"],
      [1, "new", "file/mine"],
      [2, "play", "--quick"],
    ] as const;
    for (const [code, command, ...args] of calls) {
      const ended = await run(command, ...args);
      expect({ command, args, code: ended.code }).toEqual({ command, args, code });
      if (code > 0) expect(ended.text).toMatch(new RegExp(`^${command}: .+\\n$`));
    }
    expect(existsSync(join(folder, "mine.ipynb"))).toBe(true);
  }, 240_000);

  it("is 1 for a damaged notebook, and 2 for one that isn't there, when it is to be run", async () => {
    const damaged = join(folder, "damaged too.ipynb");
    writeFileSync(damaged, "{");
    const refused = (path: string) =>
      reproduce(parseOptions([path]), {
        ...{ root: folder, from: folder, terminal: { write: () => true } },
        signal: new AbortController().signal,
      }).catch(exitCodeOf);
    expect(await refused(damaged)).toBe(1);
    expect(await refused("gone.ipynb")).toBe(2);
  });
});
