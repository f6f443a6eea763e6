import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The environment in which `jupyter lab` runs: with the JupyterLab on the PATH, or the one that was unpacked
 * into the folder that JUPYTERLAB_ROOT names, as `dpkg -x` does it; nothing where there is none.
 */
export function labEnvironment(home: string): NodeJS.ProcessEnv | undefined {
  mkdirSync(home, { recursive: true });
  // None of the user's own settings, and none of the variables of a Jupyter that runs this.
  const base = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^JUPYTER/.test(name)));
  const env: NodeJS.ProcessEnv = { ...base, HOME: home };
  const unpacked = process.env["JUPYTERLAB_ROOT"];
  if (unpacked) {
    const before = (folder: string, value?: string) => [join(unpacked, folder), value].filter(Boolean);
    env["PATH"] = before("usr/bin", env["PATH"]).join(delimiter);
    env["PYTHONPATH"] = before("usr/lib/python3/dist-packages", env["PYTHONPATH"]).join(delimiter);
    env["JUPYTERLAB_DIR"] = join(unpacked, "usr/share/jupyter/lab");
  }
  const { status } = spawnSync("jupyter", ["lab", "--version"], { stdio: "ignore", env });
  return status === 0 ? env : undefined;
}

/** JupyterLab, as `npm run notebook` has started it. */
export interface Lab {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  /** What a browser opens. */
  readonly url: string;
  /** What it has printed so far. */
  log(): string;
}

const tsx = `${pathToFileURL(createRequire(__filename).resolve("tsx"))}`;

/** Runs the command behind `npm run notebook` in the project in `root`; its server may not be there yet. */
export async function startLab(root: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Lab> {
  const [port, token] = [await freePort(), "secret"];
  const all = [
    ...args,
    ...["--no-browser", `--port=${port}`, "--ServerApp.port_retries=0", `--IdentityProvider.token=${token}`],
    // The only choice of containers, whose user is the administrator.
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
  const command = ["--import", tsx, join(root, "lib/cli/notebook.ts"), ...all];
  const started = spawn(process.execPath, command, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
  }
  return {
    process: started,
    exited: new Promise((resolve) => started.once("exit", resolve)),
    url: `http://127.0.0.1:${port}/?token=${token}`,
    log: () => text,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
