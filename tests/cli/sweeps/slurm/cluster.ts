import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import { join } from "node:path";
import { until } from "../sweep-project";

// A cluster of one node, this machine, with a controller, ports and keys of its own. Slurm is started as root
// here, so that it needs no user of its own.

/** Whether a cluster can be started here. */
export const canStartCluster =
  process.getuid?.() === 0 &&
  ["munged", "slurmctld", "slurmd", "sbatch", "scontrol"].every(
    (program) => spawnSync("sh", ["-c", `command -v ${program}`], { env: withSbin() }).status === 0,
  );

if (!canStartCluster) {
  console.log("Sweeps on Slurm are not tested: that needs root, and the packages slurm-wlm and munge.");
}

function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
}

/** Starts a cluster with `cpus` processors, whatever this machine has. */
export async function startCluster(cpus: number) {
  const folder = mkdtempSync(join(os.tmpdir(), "slurm-"));
  const at = (name: string) => join(folder, name);
  const host = os.hostname().split(".")[0];
  const [controllerPort, nodePort] = [await freePort(), await freePort()];
  for (const name of ["state", "spool"]) mkdirSync(at(name));
  writeFileSync(at("key"), randomBytes(1024), { mode: 0o600 });
  writeFileSync(at("cgroup.conf"), "CgroupPlugin=disabled\n");
  writeFileSync(
    at("slurm.conf"),
    `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
AuthType=auth/munge
AuthInfo=socket=${at("munge.sock")}
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${at("state")}
SlurmdSpoolDir=${at("spool")}
SlurmctldPidFile=${at("slurmctld.pid")}
SlurmdPidFile=${at("slurmd.pid")}
SlurmctldLogFile=${at("slurmctld.log")}
SlurmdLogFile=${at("slurmd.log")}
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
MailProg=/bin/true
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cpus} RealMemory=1000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`,
  );
  const env = { ...withSbin(), SLURM_CONF: at("slurm.conf") };
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const controller = (...args: string[]) => run("slurmctld", ...args, "-f", at("slurm.conf"));
  const pidOf = (name: string) => Number(readFileSync(at(`${name}.pid`), "utf8"));
  const kill = async (name: string) => {
    if (!existsSync(at(`${name}.pid`))) return;
    const pid = pidOf(name);
    if (isAlive(pid)) process.kill(pid, "SIGTERM");
    await until(() => !isAlive(pid), `the end of ${name}`, 30);
  };
  const munge = ["key-file=key", "socket=munge.sock", "pid-file=munged.pid", "log-file=munged.log"];
  const mungeArgs = [...munge, "seed-file=munged.seed"].map((arg) => `--${arg.replace("=", `=${folder}/`)}`);
  run("munged", "--force", ...mungeArgs);
  controller("-c");
  run("slurmd", "-c", "-f", at("slurm.conf"), "-N", host);
  const answers = (program: string, args: string[], wanted: string) => () =>
    spawnSync(program, args, { env, encoding: "utf8" }).stdout.includes(wanted);
  await until(answers("sinfo", ["-h", "-o", "%T"], "idle"), "an idle node", 60);
  return {
    env: { SLURM_CONF: at("slurm.conf") },
    run,
    /** Runs a command that may be refused, as when what it asks for has just happened. */
    attempt: (program: string, ...args: string[]) => void spawnSync(program, args, { env }),
    /** Kills the controller; what it knows is on disk. */
    stopController: () => kill("slurmctld"),
    async startController() {
      controller();
      await until(answers("scontrol", ["ping"], "UP"), "the controller", 60);
    },
    async stop() {
      spawnSync("scancel", ["--user=root"], { env });
      for (const name of ["slurmctld", "slurmd", "munged"]) await kill(name);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
