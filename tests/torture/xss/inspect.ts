import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, CDPSession } from "playwright-core";
import type { HostilePage } from "./pages";

/** What a page did that it must not do. */
export interface Seen {
  /** The numbers of the attacks that ran. */
  readonly ran: readonly number[];
  /** Scripts other than the page's own, and anything else that acted: one line each. */
  readonly acted: readonly string[];
  /** Addresses that were asked for. */
  readonly requests: readonly string[];
  /** How many elements were hovered, focused and clicked, and how many of them with the mouse. */
  readonly touched: number;
  readonly byMouse: number;
  /** How many live figures were live. */
  readonly live: number;
}

/** In all that is run here, so that it can be told from the page's scripts. */
const token = "/* the inspector's own */";

/** Calls of attacks are recorded; links that lead elsewhere lead nowhere, as leaving is no script. */
const record = `${token}
window.hasRun = [];
window.ran = (n) => { hasRun.push(n); if (parent !== window) parent.ran(n); };
for (const name of ["click", "auxclick"]) addEventListener(name, (event) => {
  const link = event.composedPath().find((node) => node.localName === "a");
  const href = link && (typeof link.href === "string" ? link.href : link.href.baseVal);
  if (/^(?:https?|mailto|file):|^#/.test(href || "")) event.preventDefault();
}, true);`;

/** Every event that has a handler of its own, on every element. */
const touchAll = `${token} (() => {
  const names = ${JSON.stringify(
    (
      "pointerover pointerenter mouseover mouseenter pointermove mousemove pointerdown mousedown pointerup mouseup " +
      "click dblclick auxclick contextmenu focusin focus beforeinput input change select invalid keydown keypress " +
      "keyup copy cut paste dragstart drag dragenter dragover dragleave drop dragend touchstart touchmove touchend " +
      "animationstart animationiteration animationend transitionrun transitionstart transitionend load loadstart " +
      "error abort beforetoggle toggle scroll wheel begin end repeat start bounce finish message " +
      "mouseout mouseleave pointerout pointerleave focusout blur"
    ).split(" "),
  )};
  for (const details of document.querySelectorAll("details")) details.open = true;
  const all = Array.from(document.querySelectorAll("body, body *")).filter(({ localName }) =>
    !(localName === "script"));
  const dialogs = document.getElementsByTagName("dialog");
  for (const element of all) {
    for (const name of names) {
      const Kind = /^(?:mouse|click|dbl|aux|context)/.test(name) ? MouseEvent
        : /^key/.test(name) ? KeyboardEvent : /^focus|^blur/.test(name) ? FocusEvent : Event;
      if (name === "click" && element.type === "file") continue;
      if (name === "click" && element.click) element.click();
      else if (name === "focus" && element.focus) element.focus({ preventScroll: true });
      else element.dispatchEvent(new Kind(name, { bubbles: Kind !== Event, cancelable: true }));
    }
    for (const dialog of dialogs) if (dialog.open) dialog.close();
  }
  return all.length;
})()`;

/** Elements that could act without a script: there are none in any page of ours. */
const actors = `${token} Array.from(
  document.querySelectorAll("iframe, frame, object, embed, portal, applet, base, form, link:not([rel=icon]), " +
    "meta[http-equiv=refresh], audio, video, marquee"),
  (element) => element.outerHTML.slice(0, 120))`;

/**
 * Opens a page in a window of its own, without a network; scrolls through it, hovers, focuses and clicks all
 * of its elements by events, and some that hold an attack with the mouse as well.
 * @param policy whether the page's content policy is in force
 */
export async function inspect(
  browser: Browser,
  page: Pick<HostilePage, "html" | "live">,
  { policy, folder, mouse }: { readonly policy: boolean; readonly folder: string; readonly mouse: number },
): Promise<Seen> {
  const file = join(folder, policy ? "with-policy.html" : "without-policy.html");
  writeFileSync(file, page.html);
  const url = pathToFileURL(file).href;
  const own = new Set([...page.html.matchAll(/'(sha256-[\w+/=]+)'/g)].map(([, hash]) => hash));
  const context = await browser.newContext({
    ...{ viewport: { width: 900, height: 500 }, offline: true, bypassCSP: !policy, acceptDownloads: false },
  });
  const acted: string[] = [];
  const requests = new Set<string>();
  try {
    // Those that the policy refuses never leave the page.
    context.on("request", (request) => {
      if (!/^(?:data|blob):|^https:\/\/e\.invalid\//.test(request.url()) && request.url() !== url) {
        requests.add(request.url());
      }
    });
    context.on("requestfailed", (request) => {
      if (request.failure()?.errorText === "csp") requests.delete(request.url());
    });
    const opened = await context.newPage();
    opened.setDefaultTimeout(60_000);
    // An ordinary link to e.invalid in a text of Plotly's may be followed: it opens a window, in vain.
    context.on("page", (other) => {
      if (!other.url().startsWith("chrome-error:")) acted.push(`opened a window: ${other.url()}`);
    });
    opened.on("dialog", (dialog) => {
      acted.push(`said ${dialog.message()}`);
      void dialog.dismiss();
    });
    // A plot's own button saves a picture that it has made.
    opened.on("download", (download) => {
      if (!download.url().startsWith("blob:")) acted.push(`a download: ${download.url().slice(0, 100)}`);
    });
    opened.on("frameattached", () => acted.push("a frame"));
    opened.on("framenavigated", (frame) => {
      if (frame.url().replace(/#.*$/, "") !== url && frame.url() !== "about:blank")
        acted.push(`went to ${frame.url().slice(0, 100)}`);
    });
    let workers = 0;
    opened.on("worker", () => workers++);
    const session = await context.newCDPSession(opened);
    const checks: Promise<void>[] = [];
    session.on("Debugger.scriptParsed", ({ scriptId, executionContextAuxData, scriptLanguage }) => {
      const world = executionContextAuxData as { readonly isDefault?: boolean } | undefined;
      if (scriptLanguage === "WebAssembly" || world?.isDefault === false) return;
      const check = checkScript(session, scriptId, own, acted);
      check.catch(() => {}); // of a page that is being closed; else it is thrown below
      checks.push(check);
    });
    await session.send("Debugger.enable");
    await session.send("Debugger.setSkipAllPauses", { skip: true });
    await session.send("Page.enable");
    await session.send("Page.addScriptToEvaluateOnNewDocument", { source: record });
    const run = async <T>(expression: string): Promise<T> => {
      const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
        ...{ expression, returnByValue: true, awaitPromise: true },
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value as T;
    };
    await opened.goto(url, { waitUntil: "load" });
    await run(settle);
    const live = await run<number>(
      `${token} document.querySelectorAll("figure.playground[data-live]").length`,
    );
    if (page.live && live === 0) acted.push("no live figure: the page was not as it should be");
    const touched = await run<number>(touchAll);
    const byMouse = await useMouse(session, run, mouse);
    await run(`${token} new Promise((resolve) => setTimeout(resolve, 150))`);
    acted.push(...(await run<string[]>(actors)).map((html) => `could act: ${html}`));
    const ran = await run<number[]>(`${token} [...new Set(window.hasRun)]`);
    for (let k = 0; k < checks.length; k++) await checks[k];
    if (workers > (page.live ? 1 : 0)) acted.push(`${workers} workers`);
    return { ran, acted: [...new Set(acted)], requests: [...requests], touched, byMouse, live };
  } finally {
    await context.close();
  }
}

/** Scrolls through the page until each figure is live, or has said that it stays a picture. */
const settle = `${token} (async () => {
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const until = Date.now() + 30000;
  for (const figure of document.querySelectorAll("figure.playground, figure.plot")) {
    figure.scrollIntoView();
    const done = () => figure.matches(".plot")
      ? figure.dataset.live || figure.dataset.still
      : figure.dataset.still || /done|failed/.test(figure.dataset.state);
    while (!done() && Date.now() < until) await wait(20);
  }
})()`;

/** A script that ran must be one that the page's policy names, or the inspector's. */
async function checkScript(
  session: CDPSession,
  scriptId: string,
  own: ReadonlySet<string>,
  acted: string[],
): Promise<void> {
  const { scriptSource } = await session.send("Debugger.getScriptSource", { scriptId });
  const hash = `sha256-${createHash("sha256").update(scriptSource).digest("base64")}`;
  if (!own.has(hash) && !scriptSource.includes(token)) acted.push(`a script: ${scriptSource.slice(0, 120)}`);
}

/** Points at, clicks and focuses elements that hold an attack, with the mouse and the Tab key. */
async function useMouse(
  session: CDPSession,
  run: <T>(expression: string) => Promise<T>,
  most: number,
): Promise<number> {
  const found = await run<number>(`${token} window.holding = Array.from(document.querySelectorAll("main *"))
    .filter((element) => element.children.length < 3 && /ran\\(|\\.invalid/.test(element.outerHTML.slice(0, 2000)) &&
      element.getClientRects().length > 0);
    holding.length`);
  const chosen = Array.from({ length: Math.min(most, found) }, (_, k) =>
    Math.floor((k * found) / Math.min(most, found)),
  );
  for (const k of chosen) {
    const spot = await run<{ readonly x: number; readonly y: number }>(`${token} (() => {
      for (const open of document.querySelectorAll("dialog[open]")) open.close();
      holding[${k}].scrollIntoView({ block: "center", inline: "center" });
      const { x, y, width, height } = holding[${k}].getBoundingClientRect();
      return { x: x + Math.min(width / 2, 40), y: y + Math.min(height / 2, 20) };
    })()`);
    const at = { ...spot, button: "left" as const, clickCount: 1 };
    await session.send("Input.dispatchMouseEvent", { ...spot, type: "mouseMoved" });
    await session.send("Input.dispatchMouseEvent", { ...at, type: "mousePressed" });
    await session.send("Input.dispatchMouseEvent", { ...at, type: "mouseReleased" });
    for (const type of ["keyDown", "keyUp"] as const)
      await session.send("Input.dispatchKeyEvent", {
        type,
        key: "Tab",
        code: "Tab",
        windowsVirtualKeyCode: 9,
      });
  }
  return chosen.length;
}
