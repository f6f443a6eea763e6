import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepProject, until } from "../sweep-project";
import { canStartCluster, startCluster } from "./cluster";

// A sweep as tasks of a real Slurm. Of its four points one is done at once; the others wait for ever in their
// first run, which is ended in three ways.

describe.skipIf(!canStartCluster)("a sweep on Slurm", () => {
  const { root, remove, start, sweep, has, text, json } = sweepProject();
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  beforeAll(async () => {
    cluster = await startCluster(4);
  });
  afterAll(async () => {
    await cluster?.stop();
    remove();
  });

  const command =
    "02 --grid seed=0..2,9 --no-check --name s --executor slurm --cpus 1 --time 60 --sbatch --nice=3";
  const out = "reports/sweeps/s";
  const runOf = (seed: number) => json(`${out}/runs/seed=${seed}/run.json`);
  const queue = () => cluster.run("squeue", "--array", "--noheader", "--format=%K %T");
  const jobOf = (task: number) => {
    const line = cluster.run("squeue", "--array", "--noheader", "--format=%F_%K").split("\n");
    return line.find((job) => job.endsWith(`_${task}`)) ?? "";
  };

  it("hands its points in as the tasks of one array", async () => {
    const { code, stdout, stderr } = await sweep(command, cluster.env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/s: 4 tasks handed in to Slurm as job \d+\n/);
    expect(stdout).toContain("npm run sweep -- status s\n");
    expect(text(`${out}/slurm/array-0.sh`)).toContain("#SBATCH --nice=3\n");
    expect(json(`${out}/sweep.json`)).toMatchObject({
      executor: "slurm",
      slurm: { cpus: "1", time: "60", sbatch: ["--nice=3"] },
    });
    await until(() => [0, 1, 2].every((seed) => has(`mark-${seed}`)), "three runs", 120);
    await until(() => !queue().includes("3 "), "the end of the fourth", 120);
    expect(runOf(9)).toMatchObject({ status: "ok", id: "seed=9" });
  }, 240_000);

  it("leaves tasks that are queued or running", async () => {
    const { code, stdout } = await sweep(command, cluster.env);
    expect(code).toBe(0);
    expect(stdout).toContain("s: 4 points (1 done, 3 running)");
    expect(stdout).not.toContain("handed in");
    expect((await sweep("status s", cluster.env)).stdout).toContain("s: 1 done, 3 running. Reports:");
  }, 120_000);

  it("goes on with a task whose time is nearly over when it has its turn again", async () => {
    const job = jobOf(2);
    cluster.run("scancel", "--batch", "--signal=USR2", job);
    await until(() => queue().includes("2 PENDING"), "the task in the queue again", 60);
    expect(runOf(2).status).toBe("stopped");
    expect((await sweep("status s", cluster.env)).stdout).toContain("1 done, 2 running, 1 queued.");
    // Slurm lets a task that was queued again wait for two minutes, counted from the end of its processes:
    // asked too early, "now" is overwritten.
    let asked = 0;
    const isDone = () => {
      if (Date.now() - asked > 3000 && queue().includes("2 PENDING")) {
        cluster.attempt("scontrol", "update", `JobId=${job}`, "StartTime=now");
        asked = Date.now();
      }
      return runOf(2).status === "ok";
    };
    await until(isDone, "the end of the task", 220);
    expect(runOf(2).resumed).toBe(true);
    expect(json(`${out}/runs/seed=2/02-slow.metrics.json`).metrics).toEqual({ resumed: 1 });
    expect((await sweep("logs s seed=2", cluster.env)).stdout).toContain(
      "The time is over before the run is done: queued again.",
    );
  }, 360_000);

  it("runs again only what was killed or cancelled, while the controller is started anew", async () => {
    process.kill(runOf(0).pid, "SIGKILL");
    cluster.run("scancel", jobOf(1));
    await until(() => queue().trim() === "", "an empty queue", 120);
    expect(runOf(1).status).toBe("stopped");
    const status = await sweep("status s", cluster.env);
    expect(status.stdout).toContain("s: 2 done, 2 stopped.");
    const again = start(`${command} --wait`, cluster.env);
    await until(() => again.output.stdout.includes("2 tasks handed in"), "the tasks", 60);
    await cluster.stopController();
    const unknown = await sweep(command, cluster.env);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/^sweep: Slurm's squeue failed: .*\n$/);
    await cluster.startController();
    const { code, stdout } = await again.ended;
    expect(code).toBe(0);
    expect(stdout).toContain("4 done after");
    expect(text(`${out}/slurm/array-0.sh`)).toContain("#SBATCH --array=0-1\n");
    expect([0, 1].map((seed) => runOf(seed).resumed)).toEqual([true, true]);
    expect(text(`${out}/runs.html`)).toContain("02-slow");
    expect(root).toContain(" ");
  }, 240_000);

  it("can be cancelled, and says what sbatch says", async () => {
    const more = command.replace("0..2,9", "3..4");
    await sweep(more, cluster.env);
    await until(() => [3, 4].every((seed) => has(`mark-${seed}`)), "two runs", 120);
    const { stdout } = await sweep("cancel s", cluster.env);
    expect(stdout).toMatch(/^Cancelled 2 tasks of Slurm's job \d+: those that run save what they have\.\n$/);
    await until(() => queue().trim() === "", "an empty queue", 120);
    expect([3, 4].map((seed) => runOf(seed).status)).toEqual(["stopped", "stopped"]);
    const wrong = await sweep(`${more} --partition none`, cluster.env);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toBe(
      "sweep: Slurm's sbatch failed: invalid partition specified: none; " +
        "Batch job submission failed: Invalid partition name specified.\n",
    );
  }, 240_000);
});
