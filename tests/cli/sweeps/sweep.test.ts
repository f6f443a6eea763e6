import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sweepProject, until } from "./sweep-project";

const { root, remove, start, sweep, has, text, json } = sweepProject();
afterAll(remove);

const out = "reports/sweeps/t";
const ran = () => text("ran").trim().split(" ").sort().join(" ");

describe("a sweep on this machine", () => {
  const command = "01 --grid seed=0..2 --set steps=3 --name t";

  it("prints its points, and runs nothing, with --dry-run", async () => {
    const { code, stdout } = await sweep(`${command} --dry-run`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "seed=0\nseed=1\nseed=2\n3 points.\n" });
    expect(has("reports")).toBe(false);
  });

  it("runs all points, and says which failed", async () => {
    const { code, stdout, stderr } = await sweep(`${command} --jobs 2 --memory 10M`);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toContain("t: 3 points (3 missing) in reports/sweeps/t\n");
    const table = stdout.slice(stdout.lastIndexOf("seed  status"));
    expect(table).toMatch(/^0 +done +(?:\d+ min )?\d+ s +3 +/m);
    expect(table).toMatch(/^1 +failed +(?:\d+ min )?\d+ s$/m);
    expect(table).toMatch(/^2 +done +(?:\d+ min )?\d+ s +3\.250 /m);
    expect(table).toContain("seed=1: cell 3: RangeError: on purpose\n");
    expect(table).toMatch(/2 done, 1 failed after .*\n$/);
    expect(table).toContain(`Reports: ${out}/index.html. To compare: npm run compare -- ${out}\n`);
    expect(ran()).toBe("0 2");
  }, 240_000);

  it("leaves a folder for each point, and a file about all", () => {
    expect(readdirSync(join(root, out, "runs")).sort()).toEqual(["seed=0", "seed=1", "seed=2"]);
    expect(json(`${out}/runs/seed=2/run.json`)).toMatchObject({ id: "seed=2", status: "ok" });
    expect(json(`${out}/runs/seed=2/01-tiny.metrics.json`).metrics.loss).toBe(3.25);
    for (const page of ["index.html", "runs.html"]) expect(text(`${out}/${page}`)).toContain("01-tiny");
    expect(json(`${out}/sweep.json`)).toMatchObject({
      format: 1,
      name: "t",
      notebook: "notebooks/01-tiny.ipynb",
      grid: { seed: [0, 1, 2] },
      common: { steps: 3 },
      executor: "local",
      points: [0, 1, 2].map((seed) => ({ id: `seed=${seed}`, values: { seed } })),
    });
  });

  it("shares the cores out among the runs that go on at once", () => {
    const { metrics, machine } = json(`${out}/runs/seed=0/01-tiny.metrics.json`);
    expect(Number(metrics.threads)).toBe(Math.max(1, Math.floor(machine.cores / 2)));
  });

  it("tells of itself: status, list, logs", async () => {
    expect((await sweep("status t")).stdout).toContain("t: 2 done, 1 failed. Reports:");
    expect((await sweep("list")).stdout).toBe(
      "t: notebooks/01-tiny.ipynb, local, 3 points (2 done, 1 failed)\n",
    );
    expect((await sweep("logs t")).stdout).toMatch(
      /seed=1: failed after (?:\d+ min )?\d+ s in cell 3: RangeError/,
    );
    const { stdout } = await sweep("logs t seed=1");
    expect(stdout).toContain(`== ${out}/runs/seed=1/log.txt\n`);
    expect(stdout).toContain("> 1 | if (seed === 1");
    expect((await sweep("cancel t")).stdout).toBe("Nothing of t is running or queued.\n");
  });

  it("runs only what failed or is new when it is started again", async () => {
    writeFileSync(join(root, "mended"), "");
    const { code, stdout } = await sweep(command.replace("0..2", "3,1"));
    expect(code).toBe(0);
    expect(stdout).toContain("t had 3 points before: 1 more are added to them.\n");
    expect(stdout).toContain("t: 4 points (2 done, 1 failed, 1 missing)");
    expect(stdout).toContain("4 done after");
    expect(ran()).toBe("0 1 2 3");
    expect(json(`${out}/sweep.json`).grid).toEqual({ seed: [0, 1, 2, 3] });
  }, 240_000);

  it("keeps what is done when code has changed, and says so", async () => {
    const notebook = text("notebooks/01-tiny.ipynb");
    writeFileSync(join(root, "notebooks/01-tiny.ipynb"), notebook.replace("seed / 8", "seed / 4"));
    const { code, stdout } = await sweep(command);
    writeFileSync(join(root, "notebooks/01-tiny.ipynb"), notebook);
    expect(code).toBe(0);
    expect(stdout).toContain("4 done points were run before the code was changed");
    expect((await sweep(command)).stdout).not.toContain("before the code");
    expect(ran()).toBe("0 1 2 3");
  });

  it.each([
    ["01 --grid seed=x", 'sweep: Expected a number for the parameter seed (default: 0), but received "x".\n'],
    [
      "01 --grid seed=0 --name t",
      "sweep: The points of the sweep t have steps = 3 in common, not its default.",
    ],
    [
      "02 --grid seed=0 --name t",
      "sweep: The sweep t is one of notebooks/01-tiny.ipynb, not of notebooks/02-",
    ],
    ["logs t seed=11", "Did you mean "],
  ])("refuses with a sentence: %s", async (line, message) => {
    const { code, stdout, stderr } = await sweep(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trim()).not.toContain("\n");
  });
});

describe("a sweep that is interrupted", () => {
  const command = "02 --grid seed=0..1 --jobs 1 --no-check --name s";
  const status = (seed: number) => json(`reports/sweeps/s/runs/seed=${seed}/run.json`).status;

  it("saves what it has, and goes on when it is started again", async () => {
    const run = start(command);
    await until(() => has("mark-0"), "the first run");
    // Another command leaves what this one runs, and takes the rest; what is asked of it reaches it.
    const other = start(command);
    await until(() => has("mark-1"), "the second run");
    run.command.kill("SIGTERM");
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(stdout).toContain("To go on, give the same command again.");
    expect(status(0)).toBe("stopped");
    expect(status(1)).toBe("running");
    expect((await sweep("cancel s")).stdout).toMatch(
      /^Asked the command that runs 1 point on \S+ to stop\.\n$/,
    );
    const { code: otherCode, stdout: otherText } = await other.ended;
    expect(otherCode).toBe(130);
    expect(otherText).toContain("s: 2 points (1 running, 1 missing)");
    expect(status(1)).toBe("stopped");
    const again = await sweep(command);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("[1/2] seed=0: started again");
    expect(again.stdout).toMatch(/^0 +done +(?:\d+ min )?\d+ s +1$/m);
  }, 240_000);

  it("goes on after it was killed", async () => {
    const killed = command.replace("0..1", "0..2");
    const run = start(killed);
    await until(() => has("mark-2"), "the third run");
    run.command.kill("SIGKILL");
    await run.ended;
    const again = await sweep(killed);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain("s: 3 points (2 done, 1 stopped)");
    expect(again.stdout).toContain("3 done after");
  }, 240_000);
});
