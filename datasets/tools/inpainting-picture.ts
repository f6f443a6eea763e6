// Writes .github/inpainting.png, the picture of the README: the first twenty unseen emoji, filled by the
// model that comes with the library. `npx tsx datasets/tools/inpainting-picture.ts`

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sliceRows } from "../../lib/array";
import { atBase } from "../../lib/couplings";
import { take } from "../../lib/data";
import { emojiInpainting, pretrained } from "../../lib/experiments";
import { imageGrid } from "../../lib/figures";
import { projectRoot } from "../../lib/files/project";
import { rng } from "../../lib/random";
import { dopri5, solveOde } from "../../lib/samplers";
import { arrived } from "../../lib/samplers/arrived";

async function main() {
  const [{ data, coupling }, { b }] = [await emojiInpainting.load(), await pretrained(emojiInpainting)];
  const pairs = await coupling.draw(take(data.test, 20), rng("measure"));
  const solution = await solveOde(b, atBase(pairs), { method: dopri5({ rtol: 1e-3, atol: 1e-3 }) });
  const { x } = arrived(solution, "The flow that fills the holes");
  const block = (from: number) => [
    { label: "start", images: sliceRows(pairs.x0, from, from + 10) },
    { label: "filled", images: sliceRows(x, from, from + 10) },
    { label: "truth", images: sliceRows(pairs.x1, from, from + 10) },
  ];
  const figure = imageGrid({
    title: "In-painting of emoji that the model has never seen: start, filled, truth",
    alt: "Two blocks of ten emoji: with noise in the missing tiles, filled by the model, the truth.",
    rows: [...block(0), ...block(10)],
  });
  const { "image/png": png } = await figure.toBundle();
  writeFileSync(join(projectRoot(), ".github", "inpainting.png"), Buffer.from(`${png}`, "base64"));
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
