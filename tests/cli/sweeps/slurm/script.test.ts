import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { arraysOf, jobName } from "../../../../lib/cli/sweeps/slurm/arrays";
import { arrayScript, taskList } from "../../../../lib/cli/sweeps/slurm/script";

const base = {
  jobName: "s-1-0",
  tasks: [0, 1, 2, 5],
  base: 0,
  root: "/a b",
  output: "/a b/50%/array-0",
  node: "/no/node",
  args: ["sweep.ts", "task", "s"],
  options: { sbatch: [] },
};
const directives = (script: string) => script.split("\n").filter((line) => line.startsWith("#SBATCH"));

describe("the script of an array", () => {
  it("has what Slurm is asked for in its first lines", () => {
    const options = {
      partition: "p",
      time: "1:00:00",
      cpus: "4",
      constraint: 'a"b',
      sbatch: ["--qos=low -N 1"],
    };
    expect(directives(arrayScript({ ...base, atOnce: 2, options }))).toEqual([
      '#SBATCH --job-name="s-1-0"',
      "#SBATCH --array=0-2,5%2",
      '#SBATCH --chdir="/a b"',
      '#SBATCH --output="/a b/50%%/array-0-%A_%a.out"',
      "#SBATCH --open-mode=append",
      "#SBATCH --requeue",
      "#SBATCH --signal=B:USR2@120",
      '#SBATCH --partition="p"',
      '#SBATCH --time="1:00:00"',
      '#SBATCH --constraint="a\\"b"',
      '#SBATCH --cpus-per-task="4"',
      "#SBATCH --qos=low -N 1",
    ]);
  });

  it.each([
    ["1", 15],
    ["4", 60],
    ["0:40", 10],
    ["1:30:00", 120],
    ["1-0", 120],
    ["2-12:30", 120],
    ["whatever", 120],
  ])("asks for notice in time where the limit is %s", (time, seconds) => {
    const script = arrayScript({ ...base, options: { time, sbatch: [] } });
    expect(script).toContain(`--signal=B:USR2@${seconds}\n`);
  });

  it("refuses options of more than one line", () => {
    const options = { account: "a\nrm -rf", sbatch: [] };
    expect(() => arrayScript({ ...base, options })).toThrow("options of sbatch in one line");
  });

  describe.skipIf(process.platform === "win32")("when it runs", () => {
    const folder = mkdtempSync(join(tmpdir(), "script-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    const node = join(folder, "it's node");
    writeFileSync(node, '#!/bin/sh\nfor word in "$ENGINE_THREADS" "$@"; do echo "$word"; done\n');
    chmodSync(node, 0o755);
    const run = (array: Partial<typeof base>, env: Record<string, string>) => {
      const script = arrayScript({ ...base, node, ...array });
      const { stdout } = spawnSync("bash", ["-c", script], {
        encoding: "utf8",
        env: { PATH: "/usr/bin:/bin", ...env },
      });
      return stdout.trim().split("\n");
    };

    it("calls Node.js with the point's number, and as many threads as it has cores", () => {
      const args = ["sweep.ts", "task", "o'ne $two"];
      const env = { SLURM_ARRAY_TASK_ID: "7", SLURM_CPUS_ON_NODE: "3" };
      expect(run({ args }, env)).toEqual(["3", ...args, "7"]);
      expect(run({ base: 2000 }, { ...env, SLURM_CPUS_PER_TASK: "2" })).toEqual(["2", ...base.args, "2007"]);
      expect(run({}, { ...env, ENGINE_THREADS: "1" })[0]).toBe("1");
    });

    it("takes the Node.js on the PATH where the other is not there", () => {
      writeFileSync(join(folder, "node"), "#!/bin/sh\necho found\n");
      chmodSync(join(folder, "node"), 0o755);
      const env = { SLURM_ARRAY_TASK_ID: "7", SLURM_CPUS_ON_NODE: "3", PATH: folder };
      const script = arrayScript(base);
      expect(spawnSync("/bin/bash", ["-c", script], { encoding: "utf8", env }).stdout).toBe("found\n");
    });
  });
});

describe("arrays", () => {
  it("list their tasks shortly", () => {
    expect(taskList([3])).toBe("3");
    expect(taskList([9, 0, 1, 2, 4])).toBe("0-2,4,9");
  });

  it("have a thousand tasks each", () => {
    expect(arraysOf([0, 999, 1000, 2500])).toEqual([
      { base: 0, tasks: [0, 999] },
      { base: 1000, tasks: [0] },
      { base: 2000, tasks: [500] },
    ]);
  });

  it("have names that no other sweep's have, and that no list divides", () => {
    const names = ["/a/x,y", "/b/x,y"].flatMap((out) => [0, 1000].map((first) => jobName(out, first)));
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^x-y-[0-9a-f]{8}-\d+$/);
  });
});
