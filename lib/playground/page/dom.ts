type Child = Node | string | undefined | false;

/** An element with properties (`class`, `aria-*` and `data-*` as attributes) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Readonly<Record<string, unknown>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (/^(?:class|role|for|tabindex|aria-.*|data-.*)$/.test(name)) element.setAttribute(name, `${value}`);
    else Object.assign(element, { [name]: value });
  }
  element.append(...children.filter((child): child is Node | string => !!child || child === ""));
  return element;
}

let names = 0;
/** An id that no other element has. */
export const newId = () => `play-${++names}`;

/** A labelled control: the label above, the control below. */
function field(label: string, control: HTMLElement, value?: HTMLElement): HTMLElement {
  control.id ||= newId();
  const text = el("label", { for: control.id }, label);
  return el("div", { class: "play-field" }, el("div", { class: "play-label" }, text, value), control);
}

export interface SliderOptions {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** How a value is written. */
  readonly text: (value: number) => string;
  readonly onInput: (value: number) => void;
}

/** A slider that says its value. */
export function slider(options: SliderOptions): {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  set(value: number): void;
} {
  const { label, min, max, step, text, onInput } = options;
  const output = el("output", {});
  const input = el("input", { type: "range", min: `${min}`, max: `${max}`, step: `${step}` });
  const set = (value: number) => {
    input.value = `${value}`;
    output.textContent = text(value);
    input.setAttribute("aria-valuetext", text(value));
  };
  input.addEventListener("input", () => {
    set(Number(input.value));
    onInput(Number(input.value));
  });
  set(options.value);
  return { element: field(label, input, output), input, set };
}

/** A list to choose from. */
export function choice<T extends string>(
  label: string,
  options: readonly { readonly value: T; readonly text: string }[],
  onChange: (value: T) => void,
): { readonly element: HTMLElement; readonly select: HTMLSelectElement } {
  const select = el("select", {}, ...options.map(({ value, text }) => el("option", { value }, text)));
  select.addEventListener("change", () => onChange(select.value as T));
  return { element: field(label, select), select };
}

/** A few buttons of which one is pressed. */
export function segments<T extends string>(
  label: string,
  options: readonly { readonly value: T; readonly text: string; readonly hint?: string }[],
  onChange: (value: T) => void,
): { readonly element: HTMLElement; set(value: string): void } {
  const buttons = options.map(({ value, text, hint }) => {
    const button = el("button", { type: "button", title: hint }, text);
    button.addEventListener("click", () => {
      set(value);
      onChange(value);
    });
    return button;
  });
  const set = (value: string) => {
    options.forEach((option, k) => {
      buttons[k].setAttribute("aria-pressed", `${option.value === value}`);
    });
  };
  set(options[0].value);
  const element = el("div", { class: "play-segments", role: "group", "aria-label": label }, ...buttons);
  return { element, set };
}

export function button(
  text: string,
  onClick: () => void,
  properties: Readonly<Record<string, unknown>> = {},
) {
  const made = el("button", { type: "button", ...properties }, text);
  made.addEventListener("click", onClick);
  return made;
}

/** Calls `body` once, a while after the last call. */
export function later(body: () => void, milliseconds: number): { call(): void; now(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = () => {
    clearTimeout(timer);
    body();
  };
  return {
    now,
    call() {
      clearTimeout(timer);
      timer = setTimeout(body, milliseconds);
    },
  };
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
