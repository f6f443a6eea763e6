import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const root = resolve(import.meta.dirname, "..");

export default defineConfig({
  root,
  test: {
    include: ["tests/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What was trained by an earlier run of the tests must not take the place of what they are to train.
    env: { TRAINED_CACHE: "off" },
    coverage: {
      provider: "v8",
      include: ["lib/**/*.ts"],
      // What runs in processes that tests start (tests/notebook, tests/cli) can't be counted: without the
      // list it would be 0 %.
      exclude: [
        "lib/cli/{command-line,environment,interpolants,notebook,npm-end,reproduce,reproduction}.ts",
        "lib/cli/models/{card-text,evaluate,help,input-images,measures,sample}.ts",
        "lib/cli/{run-record,run-task,save-outputs,status-text}.ts",
        "lib/cli/sweep.ts",
        "lib/cli/sweeps/{cancel,commands,list,local,logs,run-point,start,status,stop-requests,task}.ts",
        "lib/cli/sweeps/slurm/{client,submit-points,wait}.ts",
        "lib/experiments/cost-process.ts",
        "lib/notebook/executor/**",
        "lib/notebook/kernel/{handler,main,server,tslab}.ts",
        "lib/notebook/runner/process.ts",
      ],
      reportsDirectory: ".cache/coverage",
      thresholds: { lines: 90 },
    },
  },
});
