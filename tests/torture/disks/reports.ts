import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { notebookText } from "../../notebook/project";
import { type End, start } from "../process";
import { pick } from "../promise";
import { type Disk, makeDisk } from "./disk";
import { holds, put, type Row, removeWhole, unless } from "./row";

const root = resolve(__dirname, "../../..");

/** A notebook that waits, once it has begun, until it may go on, and shows 50 kB. */
const notebook = (folder: string) =>
  notebookText(
    "# Small",
    `import { existsSync, writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(join(folder, "begun"))}, "");
while (!existsSync(${JSON.stringify(join(folder, "go"))})) await new Promise((resolve) => setTimeout(resolve, 50));`,
    'console.log("shown ".repeat(8000));',
  );

interface Given {
  /** After --out. */
  readonly out: string;
  /** What happens when the first cell has begun. */
  readonly meanwhile?: () => void;
  readonly force?: boolean;
  /** The words of a command that starts it. */
  readonly through?: readonly string[];
}

async function run(folder: string, { out, meanwhile, force, through }: Given): Promise<End> {
  const path = put(join(folder, "small.ipynb"), notebook(folder));
  const [begun, go] = ["begun", "go"].map((name) => join(folder, name));
  rmSync(begun, { force: true });
  if (meanwhile) rmSync(go, { force: true });
  else writeFileSync(go, "");
  const args = [join(root, "lib/cli/reproduce.ts"), path, "--out", out, "--no-check"];
  const { end } = start([...args, ...(force ? ["--force"] : [])], { cwd: root, through });
  let ended = false;
  void end.then(() => {
    ended = true;
  });
  while (meanwhile && !existsSync(begun) && !ended) await sleep(20);
  meanwhile?.();
  writeFileSync(go, "");
  return end;
}

const names = ["small.html", "small.ipynb", "small.metrics.json"];
const isComplete = (out: string) =>
  [...names, "index.html", "runs.html"].every((name) => existsSync(join(out, name)));

/** Files that were begun and not finished. */
const halfWritten = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(folder, name);
    if (name.endsWith(".tmp")) return true;
    if (!statSync(path).isFile()) return false;
    const text = readFileSync(path, "utf8");
    if (name.endsWith(".html")) return !text.endsWith("</html>\n");
    if (!/\.(?:json|ipynb)$/.test(name)) return false;
    try {
      JSON.parse(text);
      return false;
    } catch {
      return true;
    }
  });

/** Refused before anything was run, or failed while something was. */
const refusal = ({ code, err }: End, reason: RegExp, expected: 1 | 2 = 2) => ({
  [`exit code ${code}`]: code === expected,
  [`not said in a line: ${err}`]: reason.test(err) && /^reproduce: [^\n]+\n$/.test(err),
});

const done = ({ code, err }: End, out: string) => ({
  [`exit code ${code}: ${err}`]: code === 0,
  "the report is not whole": isComplete(out),
});

const full =
  /^reproduce: Can't write \/.*: the disk is full\. Free some space and run the command again\.\n$/;
const readOnly = /: the file system is read-only\. Choose another folder with --out\.\n$/;

const onDisk = (
  name: string,
  kilobytes: number | readonly number[],
  attempt: (folder: string, disk: Disk) => Promise<string[]>,
): Row => ({
  name,
  disk: true,
  async attempt(folder, random) {
    const size = typeof kilobytes === "number" ? kilobytes : pick(random, kilobytes);
    const disk = makeDisk(join(folder, "disk"), size);
    try {
      return await attempt(folder, disk);
    } finally {
      disk.remove();
    }
  },
});

/** Where a command is refused at once, and nothing is touched. */
const refused = (name: string, prepare: (folder: string) => { out: string; reason: RegExp }): Row => ({
  name,
  async attempt(folder) {
    const { out, reason } = prepare(folder);
    return unless(refusal(await run(folder, { out }), reason));
  },
});

/** A report in `out`, and what its files hold. */
async function earlier(folder: string, out: string) {
  await run(folder, { out });
  const texts = names.map((name) => readFileSync(join(out, name), "utf8"));
  return () => names.every((name, k) => holds(join(out, name), texts[k]));
}

export const reportRows: readonly Row[] = [
  onDisk("report, disk full", [4, 16, 32, 64, 128], async (folder, disk) => {
    const end = await run(folder, { out: join(disk.folder, "out") });
    return unless({
      ...refusal(end, full, 1),
      [`half written: ${halfWritten(disk.folder)}`]: halfWritten(disk.folder).length === 0,
    });
  }),
  onDisk("report, disk full over an older report", 4096, async (folder, disk) => {
    const isKept = await earlier(folder, disk.folder);
    disk.fill(60);
    const end = await run(folder, { out: disk.folder, force: true });
    return unless({
      ...refusal(end, full, 1),
      "the older report is not as it was": isKept(),
      [`half written: ${halfWritten(disk.folder)}`]: halfWritten(disk.folder).length === 0,
    });
  }),
  onDisk("report, disk read-only", 4096, async (folder, disk) => {
    disk.readOnly(true);
    return unless(refusal(await run(folder, { out: disk.folder }), readOnly));
  }),
  onDisk("report, disk read-only meanwhile", 4096, async (folder, disk) => {
    const isKept = await earlier(folder, disk.folder);
    const meanwhile = () => disk.readOnly(true);
    const end = await run(folder, { out: disk.folder, meanwhile, force: true });
    return unless({ ...refusal(end, readOnly, 1), "the older report is not as it was": isKept() });
  }),
  {
    name: "report, files limited in size",
    async attempt(folder) {
      const through = ["bash", "-c", 'ulimit -f 64; exec "$@"', "bash"];
      const end = await run(folder, { out: join(folder, "out"), through });
      return unless({
        ...refusal(
          end,
          /: it would be larger than files may be here\. Choose another folder with --out\.\n$/,
          1,
        ),
        [`half written: ${halfWritten(folder)}`]: halfWritten(folder).length === 0,
      });
    },
  },
  onDisk("report, disk gone meanwhile", 4096, async (folder, disk) => {
    const end = await run(folder, { out: disk.folder, meanwhile: () => disk.remove() });
    return unless(done(end, disk.folder));
  }),
  {
    name: "report, folder removed meanwhile",
    async attempt(folder) {
      const out = join(folder, "out");
      const end = await run(folder, { out, meanwhile: () => removeWhole(out) });
      return unless(done(end, out));
    },
  },
  {
    name: "report, a file in the folder's place meanwhile",
    async attempt(folder) {
      const out = join(folder, "out");
      const meanwhile = () => {
        removeWhole(out);
        writeFileSync(out, "text");
      };
      const end = await run(folder, { out, meanwhile });
      const reason = /: a part of this path is a file, not a folder\. Choose another folder with --out\.\n$/;
      return unless({ ...refusal(end, reason, 1), "the file was changed": holds(out, "text") });
    },
  },
  refused("report, --out is a file", (folder) => ({
    out: put(join(folder, "file"), "text"),
    reason: /: a part of this path is a file, not a folder\. /,
  })),
  refused("report, --out under a file", (folder) => ({
    out: join(put(join(folder, "file"), "text"), "a", "b"),
    reason: /: a part of this path is a file, not a folder\. /,
  })),
  refused("report, --out under /proc", () => ({
    out: "/proc/nowhere/out",
    reason: /^reproduce: Can't write \/proc\/nowhere\/out.*: no folder can be made there\. /,
  })),
  refused("report, --out empty", () => ({
    out: "",
    reason: /^reproduce: Expected a folder after --out, but received nothing\.\n$/,
  })),
  refused("report, --out a link that leads nowhere", (folder) => {
    const out = join(folder, "out");
    symlinkSync(join(folder, "nowhere"), out);
    return { out, reason: /: a part of this path is a link that leads nowhere\. / };
  }),
  refused("report, --out notebooks", () => ({
    out: "notebooks",
    reason: /^reproduce: Expected another folder after --out, but received "notebooks"\. /,
  })),
  {
    name: "report, --out a link to a folder",
    async attempt(folder) {
      const target = join(folder, "target");
      mkdirSync(target);
      symlinkSync(target, join(folder, "out"));
      return unless(done(await run(folder, { out: join(folder, "out") }), target));
    },
  },
  {
    name: "report, links to files elsewhere in the pages' places",
    async attempt(folder) {
      const out = join(folder, "out");
      const targets = [...names, "small.html.partial"].map((name) => {
        const target = put(join(folder, "elsewhere", name), "theirs");
        mkdirSync(out, { recursive: true });
        symlinkSync(target, join(out, name));
        return target;
      });
      const end = await run(folder, { out });
      return unless({
        ...done(end, out),
        "a file elsewhere was changed": targets.every((path) => holds(path, "theirs")),
      });
    },
  },
  {
    name: "report, links to folders elsewhere in the runs' places",
    async attempt(folder) {
      const out = join(folder, "out");
      mkdirSync(out);
      const targets = ["runs", ".work"].map((name) => {
        const target = put(join(folder, "elsewhere", name, "small", "a"), "theirs");
        symlinkSync(join(folder, "elsewhere", name), join(out, name));
        return target;
      });
      const end = await run(folder, { out });
      return unless({
        ...done(end, out),
        "a file elsewhere was changed": targets.every((path) => holds(path, "theirs")),
      });
    },
  },
];
