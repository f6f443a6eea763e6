import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { deadMarkdownLinks, deadPageLinks, markdownAnchors } from "./links";
import { prose, root } from "./texts";

describe("a link", () => {
  it("of README, the guide, cards and notebooks leads somewhere", () => {
    const texts = prose();
    expect(texts.map(({ file }) => file)).toEqual(
      expect.arrayContaining([
        "README.md",
        ".github/guide/README.md",
        "datasets/README.md",
        "notebooks/20-your-images.ipynb",
      ]),
    );
    expect(texts.flatMap(({ file, text }) => deadMarkdownLinks(join(root, file), text))).toEqual([]);
  });
});

describe("the search for dead links", () => {
  const folder = mkdtempSync(join(tmpdir(), "links-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "there.md"), "# A `b` & *c*: d_e!\n## Twice\n## Twice\n```\n# Not one\n```\n");
  writeFileSync(join(folder, "there.html"), '<h1 id="one">1</h1>');
  const reasons = (text: string, find = deadMarkdownLinks) =>
    find(join(folder, "a.md"), text).map(({ link, reason }) => `${link}: ${reason}`);

  it("knows GitHub's anchors", () => {
    expect([...markdownAnchors("# A `b` & *c*: d_e!\n## Twice\n## Twice\n")]).toEqual([
      "a-b--c-d_e",
      "twice",
      "twice-1",
    ]);
  });

  it("lets those pass that lead somewhere, and what is code", () => {
    expect(
      reasons("[a](there.md) ![b](there.html) [c](there.md#twice-1) [d](https://example.org/a#b)"),
    ).toEqual([]);
    expect(reasons("`[a](nowhere.md)`\n```md\n[a](nowhere.md)\n```\n[`x(y)`](there.md)")).toEqual([]);
    expect(reasons('<a href="there.html#one">1</a> <a href="#">2</a>', deadPageLinks)).toEqual([]);
  });

  it("names the others, with the reason", () => {
    expect(
      reasons("[a](nowhere.md) [b](there.md#not-one) [c](http://example.org) [d [e]](https://nowhere)"),
    ).toEqual([
      "nowhere.md: there is no such file",
      "there.md#not-one: there is no such heading",
      "http://example.org: it is no address of the web",
      "https://nowhere: it is no address of the web",
    ]);
    expect(reasons('<img src="a.png"><a href="there.html#two">', deadPageLinks)).toEqual([
      "a.png: there is no such file",
      "there.html#two: there is no such heading",
    ]);
  });
});
