import katex from "katex";
import { html, type SafeHtml, trusted } from "../text";

/** TeX as MathML; a formula that can't be read is shown as it is, marked. */
export function renderMath(tex: string, displayMode: boolean): SafeHtml {
  try {
    const mathml = katex.renderToString(tex.trim(), {
      displayMode,
      output: "mathml",
      throwOnError: true,
      strict: "ignore",
      trust: false,
    });
    // In most fonts a dot sits too close to its letter to be seen: the page's style raises it.
    const dotted = mathml.replace(/<mo>([˙¨])<\/mo>/g, '<mo class="dot">$1</mo>');
    const styled = dotted.replace(
      /<(mi|mn|mo|mtext) mathvariant="([a-z-]+)">([^<]*)</g,
      (whole, tag: string, variant: string, text: string) =>
        variant === "normal" ? whole : `<${tag}>${inVariant(text, variant)}<`,
    );
    const formula = trusted(styled);
    return displayMode ? html`<span class="math" tabindex="0">${formula}</span>` : formula;
  } catch (error) {
    const reason = error instanceof Error ? error.message : `${error}`;
    return html`<code class="math-error" title="${reason}">${tex}</code>`;
  }
}

/** Where Unicode's mathematical alphabets begin: capitals, small letters, digits. */
const alphabets: Readonly<Record<string, readonly [number, number, number?]>> = {
  bold: [0x1d400, 0x1d41a, 0x1d7ce],
  italic: [0x1d434, 0x1d44e],
  "bold-italic": [0x1d468, 0x1d482],
  script: [0x1d49c, 0x1d4b6],
  "bold-script": [0x1d4d0, 0x1d4ea],
  fraktur: [0x1d504, 0x1d51e],
  "double-struck": [0x1d538, 0x1d552, 0x1d7d8],
  "sans-serif": [0x1d5a0, 0x1d5ba, 0x1d7e2],
  monospace: [0x1d670, 0x1d68a, 0x1d7f6],
};

/** Letters that were in Unicode before their alphabet was, elsewhere. */
const elsewhere: Readonly<Record<string, string>> = {
  "italic h": "ℎ",
  ...letters("script", "BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ"),
  ...letters("fraktur", "CHIRZ", "ℭℌℑℜℨ"),
  ...letters("double-struck", "CHNPQRZ", "ℂℍℕℙℚℝℤ"),
};

function letters(variant: string, plain: string, styled: string): Record<string, string> {
  return Object.fromEntries(Array.from(styled, (letter, k) => [`${variant} ${plain[k]}`, letter]));
}

/** Browsers no longer read MathML's `mathvariant`: the letters themselves must be of the alphabet. */
function inVariant(text: string, variant: string): string {
  const [capitals, small, digits] = alphabets[variant] ?? [];
  return Array.from(text, (character) => {
    const known = elsewhere[`${variant} ${character}`];
    if (known) return known;
    const start = /[A-Z]/.test(character)
      ? capitals
      : /[a-z]/.test(character)
        ? small
        : /[0-9]/.test(character)
          ? digits
          : undefined;
    if (start === undefined) return character;
    const first = /[A-Z]/.test(character) ? 65 : /[a-z]/.test(character) ? 97 : 48;
    return String.fromCodePoint(start + character.charCodeAt(0) - first);
  }).join("");
}
