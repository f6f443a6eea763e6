import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startWork, stepsDone } from "../process";
import { makeDisk } from "./disk";
import { holds, put, type Row, removeWhole, unless } from "./row";

const work = (folder: string, file = join(folder, "kept", "a.safetensors")) =>
  ({ kind: "mlp", steps: 800, haste: 1e4, file, result: join(folder, "result") }) as const;

let whole: string | undefined;

/** What the training comes to when nothing is in its way. */
async function undisturbed(folder: string): Promise<string> {
  if (whole === undefined) {
    const given = { ...work(join(folder, "..")), file: join(folder, "whole.safetensors"), haste: 1 };
    await startWork(given).end;
    whole = readFileSync(given.result, "utf8");
  }
  return whole;
}

const leftovers = (folder: string) => readdirSync(folder).filter((name) => /\.(?:tmp|lock)$/.test(name));

/** A training whose disk fails meanwhile and is then mended: it ends, and goes on to the same. */
const failing = (
  name: string,
  reason: RegExp,
  fail: (disk: ReturnType<typeof makeDisk>) => void,
  mend: (disk: ReturnType<typeof makeDisk>) => void,
): Row => ({
  name,
  disk: true,
  async attempt(folder) {
    const sum = await undisturbed(folder);
    const disk = makeDisk(join(folder, "kept"), 512);
    try {
      const run = startWork(work(folder));
      await stepsDone(run, 20);
      run.child.kill("SIGSTOP");
      await sleep(50);
      fail(disk);
      run.child.kill("SIGCONT");
      const { code, err } = await run.end;
      const file = work(folder).file;
      const bytes = existsSync(file);
      mend(disk);
      const left = leftovers(disk.folder).filter((one) => one.endsWith(".tmp"));
      const again = await startWork(work(folder)).end;
      return unless({
        [`exit code ${code}`]: code === 1,
        [`not said in a line: ${err}`]: reason.test(err),
        "the older checkpoint is gone": bytes,
        [`left behind: ${left.join(", ")}`]: left.length === 0,
        [`did not go on: ${again.err}`]: again.code === 0,
        "another result": holds(work(folder).result, sum),
      });
    } finally {
      disk.remove();
    }
  },
});

/** A training that can't begin at such a path. */
const refused = (name: string, prepare: (folder: string) => { file: string; reason: RegExp }): Row => ({
  name,
  async attempt(folder) {
    const { file, reason } = prepare(folder);
    const { code, err } = await startWork(work(folder, file)).end;
    return unless({
      [`exit code ${code}`]: code === 1,
      [`not said in a line: ${err}`]: reason.test(err) && err.trim().split("\n").length === 1,
    });
  },
});

export const trainingRows: readonly Row[] = [
  failing(
    "training, disk full",
    /^UsageError: Can't write .*a\.safetensors: the disk is full\. Free some space.*\n$/,
    (disk) => {
      // By second names, so that generations that are replaced give no room back.
      for (const name of readdirSync(disk.folder)) {
        if (/\.(?:safetensors|tmp)$/.test(name))
          linkSync(join(disk.folder, name), join(disk.folder, `${name}.held`));
      }
      disk.fill(0);
    },
    (disk) => disk.empty(),
  ),
  failing(
    "training, disk read-only",
    /^UsageError: Can't write .*a\.(?:previous\.)?safetensors: the file system is read-only\. .*\n$/,
    (disk) => disk.readOnly(true),
    (disk) => disk.readOnly(false),
  ),
  {
    name: "training, folder removed",
    async attempt(folder) {
      const sum = await undisturbed(folder);
      const given = work(folder);
      const run = startWork(given);
      await stepsDone(run, 20);
      removeWhole(join(folder, "kept"));
      const { code, err } = await run.end;
      return unless({
        [`exit code ${code}: ${err}`]: code === 0,
        "no checkpoint in the end": existsSync(given.file),
        "another result": holds(given.result, sum),
      });
    },
  },
  {
    name: "training, disk gone",
    disk: true,
    async attempt(folder) {
      const sum = await undisturbed(folder);
      const given = work(folder);
      const disk = makeDisk(join(folder, "kept"), 512);
      const run = startWork(given);
      await stepsDone(run, 20);
      disk.remove();
      const { code, err } = await run.end;
      return unless({
        [`exit code ${code}: ${err}`]: code === 0,
        "no checkpoint in the end": existsSync(given.file),
        "another result": holds(given.result, sum),
      });
    },
  },
  refused("training, path under /proc", () => ({
    file: "/proc/nowhere/a.safetensors",
    reason: /\/proc\/nowhere.*: no folder can be made there\. /,
  })),
  refused("training, path is a folder", (folder) => {
    const file = join(folder, "a.safetensors");
    mkdirSync(file);
    return { file, reason: /a\.safetensors: .*folder/ };
  }),
  refused("training, folder is a file", (folder) => ({
    file: join(put(join(folder, "kept"), "text"), "a.safetensors"),
    reason: /a\.safetensors.*: a part of this path is a file, not a folder\. /,
  })),
];
