import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { renderNotebook } from "../../lib/report";
import { findChromium, startChromium } from "../report/chromium";
import { notebook, text } from "../report/notebooks";
import { putToTest } from "./runs";
import { faultsOf, xssOf } from "./xss";
import { inspect } from "./xss/inspect";

const program = findChromium();
if (!program) console.warn("Hostile reports are not opened in a browser: no Chromium was found.");

describe.skipIf(!program)("hostile reports in Chromium", () => {
  let folder = "";
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "hostile "));
    browser = await startChromium(program!);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  // The short form of `npm run torture -- --only xss`.
  it("run nothing and request nothing, of 150 payloads in every field", async () => {
    const few = xssOf({ batch: 150, share: 24, mouse: 8 });
    const score = await putToTest(few, { folder, random: rng("short"), rounds: 150 });
    expect(score.faults).toEqual([]);
    expect(score).toMatchObject({ done: 150, held: 150 });
  }, 600_000);

  describe("would be noticed", () => {
    /** What is seen of a page in which this stands as it is. */
    const planted = async (body: string, change = (page: string) => page, policy = false) => {
      const page = await renderNotebook(notebook(text("# A report\n\nA sentence.")));
      const html = change(page.replace("</main>", `${body}</main>`));
      expect(html).toContain(body);
      return inspect(browser, { html, live: false }, { policy, folder, mouse: 20 });
    };

    it("when they ran a script", async () => {
      const { ran, acted, requests } = await planted(
        `<img src=x onerror="ran(0)"><a href="javascript:ran(1)">x</a><script>ran(2)</script>
        <i tabindex=0 onfocus="ran(3)">x</i><b onmouseover="ran(4)">x</b>
        <iframe srcdoc="<script>parent.ran(5)</script>"></iframe>
        <button onclick="event.isTrusted && ran(6)">ran(6)</button>`,
      );
      expect([...ran].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(acted).toContain("a frame");
      expect(acted.some((line) => line.startsWith("a script: ran(2)"))).toBe(true);
      expect(requests.map((url) => url.split("/").at(-1))).toEqual(["x"]);
    }, 60_000);

    it("when a script ran that tells nobody", async () => {
      expect((await planted('<b onmouseover="void 0">x</b>')).acted).toEqual([
        expect.stringMatching(/^a script: .*void 0/s),
      ]);
    }, 60_000);

    it("when they were let through by a looser policy, and not by the policy that pages have", async () => {
      const body = '<img src="https://x1.invalid/a.png"><b onclick="ran(0)">x</b><script>ran(2)</script>';
      const held = await planted(body, undefined, true);
      expect({ ran: held.ran, acted: held.acted, requests: held.requests }).toEqual({
        ...{ ran: [], acted: [], requests: [] },
      });
      const loose = (page: string) =>
        page.replace(/script-src [^;]*/, "script-src 'unsafe-inline'").replace("img-src", "img-src https:");
      const seen = await planted(body, loose, true);
      expect([...seen.ran].sort()).toEqual([0, 2]);
      expect(seen.requests).toEqual(["https://x1.invalid/a.png"]);
      const placed = [0, 1, 2].map((attack) => ({ attack, field: `field ${attack}` }));
      expect(
        faultsOf({ placed }, { ...seen, acted: [] }, true)
          .map(({ fault }) => fault)
          .sort(),
      ).toEqual([
        "https://x1.invalid/a.png was requested, from field 1",
        "ran, from field 0",
        "ran, from field 2",
      ]);
    }, 60_000);
  });
});
