import type { JSDocTagInfo, SymbolDisplayPart } from "typescript";
import type { MimeBundle } from "../../figures/figure";
import type { Explanation } from "../executor/explain";

/** An explanation as a front end shows it. */
export function explanationBundle(explanation: Explanation): MimeBundle {
  return {
    "text/plain": written(explanation, plain).join("\n\n"),
    "text/markdown": written(explanation, markdown).join("\n\n"),
  };
}

/** How text is written in a format. */
interface Format {
  code(text: string): string;
  name(text: string): string;
  title(text: string): string;
  /** One line for each item. */
  list(items: readonly string[]): string;
}

const plain: Format = {
  code: (text) => text,
  name: (text) => text,
  title: (text) => text,
  list: (items) => items.map((item) => `  ${item}`).join("\n"),
};

const markdown: Format = {
  code: (text) => `\`\`\`typescript\n${text}\n\`\`\``,
  name: (text) => `\`${text}\``,
  title: (text) => `**${text}**`,
  list: (items) => items.map((item) => `- ${item}`).join("\n"),
};

function written({ code, documentation, tags, argument }: Explanation, format: Format): string[] {
  const parts = [format.code(code)];
  if (argument) {
    // A type that is written out is told by its properties.
    const name = argument.options.length > 0 ? argument.code.replace(/\??: \{.*$/s, "") : argument.code;
    parts.push(withDoc(`${format.title("Argument")} ${format.name(name)}`, argument, format));
    if (argument.options.length > 0) {
      const options = argument.options.map((option) => withDoc(format.name(option.code), option, format));
      parts.push(format.list(options.map((option) => option.replace(/\s*\n\s*/g, " "))));
    }
  }
  const text = prose(documentation, format);
  return [...parts, ...(text ? [text] : []), ...tags.map((tag) => tagText(tag, format))];
}

function withDoc(
  head: string,
  { documentation }: { readonly documentation: readonly SymbolDisplayPart[] },
  format: Format,
): string {
  const text = prose(documentation, format);
  return text ? `${head}: ${text}` : head;
}

const titles: Readonly<Record<string, string>> = {
  throws: "Throws",
  returns: "Returns",
  deprecated: "Deprecated",
  see: "See",
};

function tagText({ name, text = [] }: JSDocTagInfo, format: Format): string {
  if (name === "example") {
    const code = text.map((part) => part.text).join("");
    return `${format.title("Example")}\n${code.includes("```") ? code : format.code(code)}`;
  }
  if (name === "param") {
    const [parameter, ...rest] = text;
    return `${format.name(parameter?.text ?? "")}: ${prose(rest, format).trim()}`;
  }
  const title = titles[name] ?? `@${name}`;
  return `${format.title(title)} ${prose(text, format)}`.trim();
}

/** Text whose links are written as what they name, or as their own text. */
function prose(parts: readonly SymbolDisplayPart[], format: Format): string {
  return parts
    .map(({ kind, text }, k) => {
      if (kind === "link") return "";
      const hasText = parts[k + 1]?.kind === "linkText" && parts[k + 1].text.trim() !== "";
      if (kind === "linkName") return hasText ? "" : format.name(text);
      return kind === "linkText" ? text.replace(/^[\s|]+/, "") : text;
    })
    .join("");
}
