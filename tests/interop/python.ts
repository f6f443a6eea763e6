import { execFileSync } from "node:child_process";

/** Runs Python with arguments; its errors are thrown, what else it writes there is not shown. */
export const python = (...args: string[]): string =>
  execFileSync("python3", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env: pythonEnv });

// Debian's packages belong to its own Python, which another one may hide.
const pythonEnv = { ...process.env, PATH: `/usr/bin:${process.env.PATH}` };

/** Whether Python has these modules. */
export function hasModules(...modules: string[]): boolean {
  try {
    python("-c", modules.map((name) => `import ${name}`).join("\n"));
    return true;
  } catch {
    return false;
  }
}
