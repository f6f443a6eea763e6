import { readdirSync, readFileSync } from "node:fs";
import { independent } from "../../lib/couplings";
import { networkField } from "../../lib/fields";
import { linear } from "../../lib/interpolants";
import { mlp } from "../../lib/networks";
import { rng } from "../../lib/random";
import { midpoint, solveOde } from "../../lib/samplers";
import { train } from "../../lib/training";

// Works for long, and tells what it holds after the first tenth and at the end: megabytes, descriptors,
// threads.

const [kind, given] = process.argv.slice(2);
const count = Number(given);

function held() {
  for (let k = 0; k < 3; k++) globalThis.gc?.();
  const status = readFileSync("/proc/self/status", "utf8");
  return {
    megabytes: process.memoryUsage.rss() / 2 ** 20,
    descriptors: readdirSync("/proc/self/fd").length,
    threads: Number(/Threads:\s+(\d+)/.exec(status)?.[1]),
  };
}

async function main() {
  let first: ReturnType<typeof held> | undefined;
  const network = mlp({ dim: 2, width: 32, depth: 2 });
  const early = Math.round(count / 10);
  if (kind === "training") {
    await train({
      ...{ data: { x: rng(1).normals([200, 2]) }, coupling: independent(), interpolant: linear(), network },
      ...{ steps: count, batch: 16, seed: 0 },
      onProgress: ({ step }) => {
        if (step === early) first = held();
      },
    });
  } else {
    const b = networkField({ network, parameters: network.init(rng(0)) });
    for (let k = 1; k <= count; k++) {
      await solveOde(b, { x: rng(k).normals([64, 2]) }, { method: midpoint({ steps: 10 }) });
      if (k === early) first = held();
    }
  }
  process.stdout.write(JSON.stringify({ first, last: held() }));
}

void main();
