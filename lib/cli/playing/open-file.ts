import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Opens a file by the system's own program for it, where there is a screen. Returns whether one was started.
 */
export async function openFile(file: string, env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const [command, ...args] = commandFor(file);
  if (env.CI || (process.platform === "linux" && !env.DISPLAY && !env.WAYLAND_DISPLAY)) return false;
  const folders = (env.PATH ?? "").split(delimiter);
  if (process.platform === "linux" && !folders.some((folder) => existsSync(join(folder, command))))
    return false;
  return new Promise((done) => {
    const child = spawn(command, args, { detached: true, stdio: "ignore" });
    child.once("error", () => done(false));
    child.once("spawn", () => {
      child.unref();
      done(true);
    });
  });
}

function commandFor(file: string): readonly string[] {
  if (process.platform === "darwin") return ["open", file];
  return process.platform === "win32" ? ["cmd", "/c", "start", "", file] : ["xdg-open", file];
}
