import { createHash } from "node:crypto";
import { type HtmlPart, html, type SafeHtml, scriptJson, trusted } from "../text";
import { playgroundRuntime } from "./bundle";
import { fromBase64 } from "./packing/base64";
import { toSevenBit } from "./packing/seven-bit";
import type { CarriedPlay } from "./spec";

/** Packed models of a page, by a name made of their content, so that figures share those that are equal. */
export type PageModels = Readonly<Record<string, Uint8Array>>;

/** A live figure as HTML: its picture, which stays where it can't run, and its data, but for its models. */
export function playHtml(
  { play, models }: CarriedPlay,
  still: SafeHtml,
): { readonly html: SafeHtml; readonly models: PageModels } {
  const names: Record<string, string> = {};
  const packed: Record<string, Uint8Array> = {};
  for (const [name, text] of Object.entries(models)) {
    const bytes = fromBase64(text);
    names[name] = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    packed[names[name]] = bytes;
  }
  const shown =
    "models" in play
      ? { ...play, models: play.models.map((entry) => ({ ...entry, model: names[entry.model] })) }
      : play;
  const parts = [
    html`<div class="play-still">${still}</div>`,
    html`<script type="application/json">${scriptJson(shown)}</script>`,
  ];
  return {
    html: html`<figure class="playground" aria-label="${play.title}">${parts}</figure>`,
    models: packed,
  };
}

/** What a page with live figures carries once, besides their script and style sheet. */
export async function pageParts(models: PageModels): Promise<readonly HtmlPart[]> {
  const { worker, wasm } = await playgroundRuntime();
  const raw = (text: string) => trusted(text); // no "<" is in it: see toSevenBit
  return [
    html`<script type="text/plain" data-play-worker>${raw(worker)}</script>`,
    html`<script type="text/plain" data-play-wasm>${raw(wasm)}</script>`,
    ...Object.entries(models).map(
      ([name, bytes]) =>
        html`<script type="text/plain" data-play-model="${name}">${raw(toSevenBit(bytes))}</script>`,
    ),
  ];
}
