import { describe, expect, it } from "vitest";
import { playHtml } from "../../lib/playground/html";
import { readPlay } from "../../lib/playground/spec";
import { html } from "../../lib/text";

const good = {
  version: 1,
  play: {
    kind: "in-painting",
    title: "Paint",
    alt: "A picture.",
    models: [{ label: "coupled", model: "m", uncoupled: false }],
    pictures: { shape: [1, 2, 2, 3], packed: "AAAA", names: ["a"] },
    keep: "AAAA",
    seed: 1,
  },
  models: { m: "AAAA" },
};

const hostile = [
  "</script><script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "javascript:alert(1)",
  "<!--<script>",
  "\u2028alert(1)",
];

describe("a live figure of unknown origin", () => {
  it("is read when it holds together, without what doesn't belong to it", () => {
    expect(readPlay(good)).toEqual(good);
    const more = { ...good, script: "alert(1)", play: { ...good.play, onload: "alert(1)" } };
    expect(readPlay(more)).toEqual(good);
    expect(
      readPlay({ version: 1, play: { kind: "coupling", title: "t", alt: "a", seed: 0 }, models: {} }).play,
    ).toEqual({
      kind: "coupling",
      title: "t",
      alt: "a",
      seed: 0,
    });
  });

  it("is refused when a field is missing, of another type or out of range", () => {
    const change = (play: object) => ({ ...good, play: { ...good.play, ...play } });
    for (const bad of [
      undefined,
      null,
      [],
      "text",
      { ...good, version: 2 },
      { ...good, models: { m: "not base64!" } },
      { ...good, models: {} },
      change({ kind: "constructor" }),
      change({ title: 3 }),
      change({ seed: -1 }),
      change({ seed: 0.5 }),
      change({ keep: "<script>" }),
      change({ models: "m" }),
      change({ models: [{ label: "x", model: "__proto__" }] }),
      change({ models: [{ label: { toString: "x" }, model: "m" }] }),
      change({ pictures: { shape: [1, 2], packed: "AAAA", names: [] } }),
      change({ pictures: { shape: [1, 2, 2, 1e9], packed: "AAAA", names: [] } }),
    ]) {
      expect(() => readPlay(bad), JSON.stringify(bad)).toThrow(/A live figure needs/);
    }
  });

  it("can't put tags or handlers into the page by its texts", () => {
    for (const text of hostile) {
      const play = { ...good.play, title: text, alt: text, models: [{ label: text, model: "m" }] };
      const { html: made, models } = playHtml(readPlay({ ...good, play }), html`<p>${text}</p>`);
      const tags = [...`${made}`.matchAll(/<[a-z/!][^>]*>/gi)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
      expect(tags).toEqual([
        '<figure class="" aria-label="">',
        '<div class="">',
        "<p>",
        "</p>",
        "</div>",
        '<script type="">',
        "</script>",
        "</figure>",
      ]);
      // The page's name for a model is made of its content, whatever the figure calls it.
      expect(Object.keys(models)).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    }
  });
});
