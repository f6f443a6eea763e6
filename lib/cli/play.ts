import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { take } from "../data";
import { emojiInpainting, pretrained } from "../experiments";
import { writeAtomically } from "../formats/atomic-write";
import { playground } from "../playground";
import { renderPlay } from "../report";
import { runCommand } from "./run-command";

// The command behind `npm run play`.

const root = resolve(__dirname, "../..");

runCommand("play", async () => {
  const { data } = await emojiInpainting.load();
  const figure = playground({
    kind: "in-painting",
    models: { coupled: await pretrained(emojiInpainting) },
    pictures: {
      x: take(data.test, 18).x,
      names: (data.test as unknown as { names: string[] }).names.slice(0, 18),
    },
  });
  const folder = join(root, "reports");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "play.html");
  const page = await renderPlay({
    title: "Play with the models",
    lead: "They run in this page, on your machine.",
    sections: [
      {
        id: "paint",
        heading: "Paint a hole",
        hint: "Paint over the picture; the model fills it in.",
        bundle: await figure.toBundle(),
      },
    ],
    footer: "coupled-interpolants",
  });
  writeAtomically(file, new TextEncoder().encode(page));
  console.log(`Written: ${relative(process.cwd(), file)}`);
  void spawn;
  return 0;
});
