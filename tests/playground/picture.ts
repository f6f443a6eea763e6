// Writes .github/playground.png: the playground as a reader sees it, of a page that `npm run play` wrote:
// npm run play -- --no-open && npx tsx tests/playground/picture.ts

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { findChromium, startChromium } from "../report/chromium";

async function main(): Promise<void> {
  const program = findChromium();
  if (!program) throw new Error("No Chromium was found. Install it, or set CHROMIUM to its path.");
  const browser = await startChromium(program);
  try {
    const page = await browser.newPage({ viewport: { width: 1080, height: 900 }, colorScheme: "light" });
    page.setDefaultTimeout(300_000);
    await page.goto(pathToFileURL(resolve(__dirname, "../../reports/play.html")).href);
    const pictures: Buffer[] = [];
    for (const [title, t] of [
      ["Paint a hole", "0.6"],
      ["A coupling in the plane", "1"],
    ]) {
      const figure = page.locator(`figure.playground[aria-label="${title}"]`);
      await figure.scrollIntoViewIfNeeded();
      await page.waitForFunction(
        (name) =>
          document.querySelector<HTMLElement>(`figure[aria-label="${name}"]`)?.dataset["state"] === "done",
        title,
      );
      await figure.getByLabel("Time").fill(t);
      await page.mouse.move(2, 2);
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      pictures.push(await figure.screenshot());
    }
    const sizes = await Promise.all(pictures.map((picture) => sharp(picture).metadata()));
    const height = Math.max(...sizes.map((size) => size.height));
    let left = 0;
    const placed = pictures.map((input, k) => {
      const at = { input, left, top: 0 };
      left += sizes[k].width + 24;
      return at;
    });
    await sharp({ create: { width: left - 24, height, channels: 3, background: "#ffffff" } })
      .composite(placed)
      .png({ palette: true, colours: 256, effort: 10 })
      .toFile(resolve(__dirname, "../../.github/playground.png"));
  } finally {
    await browser.close();
  }
}

void main();
