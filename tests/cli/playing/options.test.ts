import { expect, it } from "vitest";
import { openFile } from "../../../lib/cli/playing/open-file";
import { parsePlayOptions } from "../../../lib/cli/playing/options";

it("reads the options of npm run play", () => {
  expect(parsePlayOptions([])).toEqual({ help: false, open: true });
  expect(parsePlayOptions(["--no-open", "--out", "a.html"])).toEqual({
    help: false,
    open: false,
    out: "a.html",
  });
  expect(() => parsePlayOptions(["--quick"])).toThrow("There is no option --quick. See --help.");
  expect(() => parsePlayOptions(["page.html"])).toThrow(
    'Expected only options, but received "page.html". To name a file: --out FILE.',
  );
});

it("opens nothing where there is no screen, or nothing to open it with", async () => {
  expect(await openFile("/no/such/page.html", { CI: "1" })).toBe(false);
  if (process.platform !== "linux") return;
  expect(await openFile("/no/such/page.html", { PATH: "/usr/bin" })).toBe(false);
  expect(await openFile("/no/such/page.html", { DISPLAY: ":0", PATH: "/no/such/folder" })).toBe(false);
});
