import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** A link that leads nowhere: where it stands, and why. */
export interface DeadLink {
  readonly file: string;
  readonly link: string;
  readonly reason: string;
}

/** Links of a Markdown text that lead nowhere, with the text's path and the text. */
export function deadMarkdownLinks(file: string, text: string): DeadLink[] {
  const links = [
    ...withoutCode(text).matchAll(/!?\[(?:[^\]\\]|\\.|\[[^\]]*\])*\]\(([^()\s]+(?:\([^()]*\))?)[^()]*\)/g),
  ].map(([, link]) => link);
  return links.flatMap((link) => {
    const reason = whyDead(file, link, markdownAnchors);
    return reason ? [{ file, link, reason }] : [];
  });
}

/** Links, pictures, styles and scripts of an HTML page that lead nowhere. */
export function deadPageLinks(file: string, text: string): DeadLink[] {
  const links = [...text.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link]) => unescaped(link));
  return [...new Set(links)].flatMap((link) => {
    if (link === "" || link.startsWith("data:")) return [];
    const reason = whyDead(file, link, pageAnchors);
    return reason ? [{ file, link, reason }] : [];
  });
}

function whyDead(file: string, link: string, anchorsOf: (text: string) => Set<string>): string | undefined {
  if (/^[a-z]+:/i.test(link)) {
    if (/^mailto:[^@\s]+@[^@\s]+$/.test(link)) return undefined;
    const host = URL.canParse(link) && link.startsWith("https://") ? new URL(link).hostname : "";
    return host.includes(".") ? undefined : "it is no address of the web";
  }
  const [path, anchor] = link.split("#");
  // "#" is the page's top.
  if (link === "#") return undefined;
  const target = path === "" ? file : resolve(dirname(file), decodeURIComponent(path));
  if (!existsSync(target)) return "there is no such file";
  if (!anchor) return link.endsWith("#") ? "its anchor is empty" : undefined;
  if (statSync(target).isDirectory()) return "a folder has no anchors";
  // Pictures have ids, too.
  if (!/\.(md|html|svg)$/.test(target)) return "only pages have anchors";
  const anchors = (target.endsWith(".md") ? markdownAnchors : anchorsOf)(readFileSync(target, "utf8"));
  return anchors.has(decodeURIComponent(anchor)) ? undefined : "there is no such heading";
}

const known = new Map<string, Set<string>>();
function remembered(text: string, find: () => Set<string>): Set<string> {
  const found = known.get(text) ?? find();
  known.set(text, found);
  return found;
}

/** The anchors that GitHub gives the headings of a text. */
export function markdownAnchors(text: string): Set<string> {
  return remembered(text, () => {
    const anchors = new Set([...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id));
    for (const [, heading] of withoutFences(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
      const slug = heading
        .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
        .replaceAll(" ", "-");
      let anchor = slug;
      for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
      anchors.add(anchor);
    }
    return anchors;
  });
}

function pageAnchors(text: string): Set<string> {
  return remembered(
    text,
    () => new Set([...text.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id]) => unescaped(id))),
  );
}

const withoutFences = (text: string) => text.replace(/^( *)```[\s\S]*?^\1```/gm, "");
const withoutCode = (text: string) => withoutFences(text).replace(/`[^`\n]+`/g, "code");
const unescaped = (text: string) =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
