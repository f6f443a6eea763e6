import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageFolder } from "../files/project";

/** The machine and the versions that a run was made with. */
export interface Environment {
  readonly engine: string;
  readonly versions: Readonly<Record<string, string>>;
  /**
   * The commit, and whether what runs may differ from it: a tracked file was changed, or an untracked one is
   * code or lies in `lib` or `datasets`. Other untracked files, such as a new notebook, which a run's folder
   * has a copy of, don't count. Null outside a git checkout.
   */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly os: string;
  };
}

/** Packages whose versions a notebook's run depends on. */
const runPackages = ["onnxruntime-node", "@tensorflow/tfjs-core", "tslab"];

/** Describes the project in `root`, the versions of some packages, and this machine. */
export async function environment(root: string, packages = runPackages): Promise<Environment> {
  const { name, version } = packageJson(join(root, "package.json"));
  return {
    engine: process.env.ENGINE || "onnx",
    versions: {
      node: process.versions.node,
      [name]: version,
      ...Object.fromEntries(packages.map((dependency) => [dependency, versionOf(root, dependency)])),
    },
    git: await gitState(root),
    machine: {
      cpu: os.cpus()[0]?.model.trim() || os.arch(),
      cores: os.availableParallelism(),
      memoryBytes: os.totalmem(),
      os: `${os.type()} ${os.release()} ${os.arch()}`,
    },
  };
}

const run = promisify(execFile);

function versionOf(root: string, dependency: string): string {
  try {
    return packageJson(join(packageFolder(dependency, root), "package.json")).version;
  } catch {
    return "not installed";
  }
}

function packageJson(path: string): { name: string; version: string } {
  return JSON.parse(readFileSync(path, "utf8"));
}

async function gitState(root: string): Promise<Environment["git"]> {
  const git = async (...args: string[]) => (await run("git", args, { cwd: root })).stdout.trim();
  try {
    // A folder inside another project's checkout is not a checkout of this one.
    if ((await git("rev-parse", "--show-prefix")) !== "") return null;
    const [commit, changes, untracked] = await Promise.all([
      git("rev-parse", "HEAD"),
      git("status", "--porcelain", "--untracked-files=no"),
      git("ls-files", "--others", "--exclude-standard", "-z"),
    ]);
    return { commit, dirty: changes !== "" || untracked.split("\0").some(mayRun) };
  } catch {
    return null;
  }
}

/** Whether an untracked file may change what a run computes: a cell imports code from anywhere. */
const mayRun = (path: string) => /^(?:lib|datasets)\/|\.[cm]?[jt]sx?$/.test(path);
