import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const command = resolve(__dirname, "../../../lib/cli/interpolants.mjs");

/** The command `interpolants` as people use it: in processes of its own, in a folder of theirs. */
export function commandIn(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const at = (...path: string[]) => join(folder, ...path);

  function begin(...args: string[]) {
    const child = spawn(process.execPath, [command, ...args], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: "", ENGINE_THREADS: "1" },
    });
    const text = { out: "", err: "" };
    child.stdout.on("data", (chunk) => {
      text.out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      text.err += chunk;
    });
    const ended = new Promise<{ code: number | null; out: string; err: string }>((done) => {
      child.on("close", (code) => done({ code, ...text }));
    });
    return { child, ended };
  }

  return {
    folder,
    at,
    begin,
    run: (...args: string[]) => begin(...args).ended,
    json: (...path: string[]) => JSON.parse(readFileSync(at(...path), "utf8")),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
