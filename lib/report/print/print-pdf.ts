import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expected } from "../../errors";
import { writeAtomically } from "../../files/atomic-write";
import { withBrowserPage } from "./devtools";
import { findChromium } from "./find-chromium";

/** Millimetres in inches, which the browser asks for. */
const inches = (millimetres: number) => millimetres / 25.4;

/** A4, in which the page has 180 mm × 263 mm. */
const paper = {
  paperWidth: inches(210),
  paperHeight: inches(297),
  marginTop: inches(16),
  marginBottom: inches(18),
  marginLeft: inches(15),
  marginRight: inches(15),
};

/** The number of pixels across the page. */
const WIDTH = Math.floor((180 / 25.4) * 96);

const footer =
  '<div style="width:100%;font:8px sans-serif;color:#666;text-align:center">' +
  '<span class="pageNumber"></span> / <span class="totalPages"></span></div>';

/**
 * Prints a report to a PDF of A4 pages with numbers: all code and outputs unfolded, plots drawn, what is too
 * wide made smaller. It needs Chromium, Chrome or Edge, and no network.
 * @throws a one-line error when there is none, or it fails.
 */
export async function printPdf(htmlFile: string, pdfFile: string): Promise<void> {
  const program = checkPrinter();
  let pdf: string;
  try {
    pdf = await withBrowserPage(program, async (page) => {
      await page.send("Page.enable");
      await page.send("Network.enable");
      await page.send("Emulation.setEmulatedMedia", {
        media: "print",
        features: [{ name: "prefers-color-scheme", value: "light" }],
      });
      const size = { width: WIDTH, height: 1000, deviceScaleFactor: 1, mobile: false };
      await page.send("Emulation.setDeviceMetricsOverride", size);
      const loaded = page.event("Page.loadEventFired");
      await page.send("Page.navigate", { url: pathToFileURL(htmlFile).href });
      await loaded;
      const expression = readFileSync(join(__dirname, "prepare.js"), "utf8");
      await page.send("Runtime.evaluate", { expression, awaitPromise: true });
      const { data } = await page.send("Page.printToPDF", {
        ...paper,
        printBackground: true,
        displayHeaderFooter: true,
        headerTemplate: "<span></span>",
        footerTemplate: footer,
      });
      return `${data}`;
    });
  } catch (error) {
    const { message } = error as Error;
    throw expected(
      `a PDF of ${htmlFile} from ${program}`,
      `"${message}"`,
      "Set CHROME_PATH to another browser.",
    );
  }
  writeAtomically(pdfFile, Buffer.from(pdf, "base64"), { advice: "Choose another folder with --out." });
}

/**
 * The browser that prints.
 * @throws a one-line error that says what to do when there is none.
 */
export function checkPrinter(env: NodeJS.ProcessEnv = process.env): string {
  const program = findChromium(env);
  if (program) return program;
  const what = "Chromium, Chrome or Edge, which prints PDFs";
  if (env.CHROME_PATH) throw expected(`${what}, at CHROME_PATH`, `"${env.CHROME_PATH}", where nothing is`);
  throw expected(
    what,
    "none on the PATH",
    "Install one or set CHROME_PATH to it; or open the .html in any browser and print it to a file there.",
  );
}
