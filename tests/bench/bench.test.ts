import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(__dirname, "../..");

describe("npm run bench", () => {
  it("runs a row to its end and prints it", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "tests/bench/bench.ts", "--quick", "--threads", "1", "--only", "mlp-velocity"],
      { cwd: root, encoding: "utf8" },
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^Fastest matrix product of 1024 × 1024: [\d.]+ GFLOP\/s/m);
    expect(stdout).toMatch(/MLP, velocity/);
  }, 180_000);
});
