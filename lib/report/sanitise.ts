import sanitizeHtml from "sanitize-html";
import { type SafeHtml, trusted } from "../text";

const pictures = /^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]/i;
const length = /^(?:\d{1,4}(?:\.\d+)?(?:px|em|rem|ex|%)?|auto)$/;

/**
 * HTML of unknown origin, reduced to what can neither run nor load anything: no scripts, handlers, frames,
 * forms or positioning styles; pictures only as data URIs. A picture from elsewhere is replaced by its
 * description.
 */
export function sanitise(html: string): SafeHtml {
  return trusted(sanitizeHtml(html, rules));
}

const tags =
  "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure " +
  "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup " +
  "table tbody td tfoot th thead tr u ul var";

const rules: sanitizeHtml.IOptions = {
  allowedTags: tags.split(" "),
  allowedAttributes: {
    "*": ["title", "lang", "dir"],
    a: ["href"],
    img: ["src", "alt", "width", "height"],
    table: ["style", "class"],
    td: ["align", "colspan", "rowspan", "style"],
    th: ["align", "colspan", "rowspan", "scope", "style"],
    tr: ["style"],
    col: ["span"],
    ol: ["start"],
    details: ["open"],
    span: ["class", "style"],
    code: ["class"],
    div: ["style"],
    p: ["style"],
    ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, ["id"]])),
  },
  allowedClasses: {
    table: ["metric-table", "data-table"],
    span: [/^hljs-[\w-]+$/, "type"],
    code: [/^language-[\w-]+$/],
  },
  allowedStyles: {
    "*": {
      "text-align": [/^(?:left|right|center)$/],
      color: [/^(?:#[0-9a-f]{3,8}|[a-z]{3,20}|rgb\([\d\s,.%]+\))$/i],
      "background-color": [/^(?:#[0-9a-f]{3,8}|[a-z]{3,20}|rgb\([\d\s,.%]+\))$/i],
      "font-weight": [/^(?:bold|normal|\d00)$/],
      "font-style": [/^(?:italic|normal)$/],
      "white-space": [/^(?:pre|nowrap|pre-wrap|normal)$/],
      width: [length],
      "max-width": [length],
    },
  },
  allowedSchemes: ["http", "https", "mailto"],
  allowedSchemesByTag: { img: ["data"] },
  allowProtocolRelative: false,
  transformTags: {
    img: (_tag, attributes) => {
      if (pictures.test(attributes.src ?? "")) {
        return { tagName: "img", attribs: { ...attributes, alt: attributes.alt ?? "" } };
      }
      const words = attributes.alt ? `Picture not included: ${attributes.alt}` : "Picture not included";
      return { tagName: "em", attribs: {}, text: `[${words}]` };
    },
  },
};
