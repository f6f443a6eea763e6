import { button, el } from "./dom";
import { type PictureSize, pictureView, readPicture, valuesOf } from "./picture";

/** Pictures to choose from, and one of the reader's own. */
export interface Gallery {
  readonly element: HTMLElement;
  /** The chosen picture's pixels and name. */
  readonly pixels: Uint8Array;
  readonly name: string;
}

export function gallery(
  options: {
    readonly pictures: readonly Uint8Array[];
    readonly names: readonly string[];
    readonly size: PictureSize;
  },
  onChange: () => void,
): Gallery {
  const { pictures, names, size } = options;
  let chosen = { pixels: pictures[0], name: names[0] ?? "picture" };
  const buttons = pictures.map((pixels, k) => {
    const view = pictureView(size, { "aria-hidden": "true" });
    view.draw(valuesOf(pixels));
    const made = button("", () => choose(pixels, names[k] ?? `picture ${k + 1}`, k), {
      class: "play-thumb",
      "aria-label": names[k] ?? `picture ${k + 1}`,
      "aria-pressed": `${k === 0}`,
    });
    made.append(view.element);
    return made;
  });
  const choose = (pixels: Uint8Array, name: string, which = -1) => {
    chosen = { pixels, name };
    buttons.forEach((made, k) => {
      made.setAttribute("aria-pressed", `${k === which}`);
    });
    onChange();
  };
  const problem = el("p", { class: "play-problem", role: "alert", hidden: true });
  const file = el("input", {
    type: "file",
    accept: "image/*",
    class: "play-file",
    tabindex: "-1",
    "aria-label": "Your picture",
  });
  file.addEventListener("change", async () => {
    const [given] = file.files ?? [];
    if (!given) return;
    try {
      choose(await readPicture(given, size), "your picture");
      problem.hidden = true;
    } catch (error) {
      problem.textContent = (error as Error).message;
      problem.hidden = false;
    }
    file.value = "";
  });
  return {
    element: el(
      "div",
      { class: "play-gallery" },
      el(
        "div",
        { class: "play-thumbs", role: "group", "aria-label": "Pictures that the model has not seen" },
        ...buttons,
      ),
      button("Open your own…", () => file.click()),
      file,
      problem,
    ),
    get pixels() {
      return chosen.pixels;
    },
    get name() {
      return chosen.name;
    },
  };
}
