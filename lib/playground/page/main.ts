// Makes the live figures of a page live, each when it comes near the screen. Where that fails, its picture
// stays.

import type { Play } from "../spec";
import { askForClass } from "./classes";
import { paintHole } from "./in-painting/in-painting";
import type { Place } from "./place";
import { couplingInPlane } from "./plane/plane";
import { runtime } from "./runtime";
import { sharpenPicture } from "./super-resolution";

const shared = runtime();

const live: { readonly [Kind in Play["kind"]]: (play: never, place: Place) => Promise<HTMLElement> } = {
  "in-painting": paintHole,
  "super-resolution": sharpenPicture,
  classes: askForClass,
  coupling: couplingInPlane,
};

async function mount(figure: HTMLElement): Promise<void> {
  const still = figure.querySelector(".play-still");
  try {
    const play = JSON.parse(figure.querySelector('script[type="application/json"]')!.textContent!) as Play;
    const place: Place = {
      runtime: shared,
      state(name, detail) {
        figure.dataset["state"] = name;
        figure.dispatchEvent(new CustomEvent(`play-${name}`, { detail, bubbles: true }));
      },
    };
    const element = await live[play.kind](play as never, place);
    figure.append(element);
    still?.setAttribute("data-replaced", "");
    figure.dataset["live"] = "true";
  } catch (error) {
    console.warn("The figure stays a picture:", error);
    figure.dataset["still"] = "true";
  }
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      void mount(target as HTMLElement);
    }
  },
  { rootMargin: "400px 0px" },
);
if (window.Worker && window.DecompressionStream && window.WebAssembly) {
  for (const figure of document.querySelectorAll<HTMLElement>("figure.playground")) observer.observe(figure);
}
