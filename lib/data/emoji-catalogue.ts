import { expected } from "../errors";

/** One drawing of one emoji, still as SVG. */
export interface Drawing {
  /** The emoji's name: the same for all styles, even where a set uses another. */
  readonly name: string;
  readonly style: string;
  readonly category: string;
  readonly svg: string;
}

/** An icon set as the @iconify-json packages hold it. */
export interface IconSet {
  readonly style: string;
  readonly icons: {
    readonly width?: number;
    readonly height?: number;
    readonly icons: Readonly<Record<string, Icon>>;
  };
  /** Category → names of its icons. */
  readonly metadata: { readonly categories: Readonly<Record<string, readonly string[]>> };
  /** Code points, as in "1f9ee" → name of the icon. */
  readonly chars: Readonly<Record<string, string>>;
}

interface Icon {
  readonly body: string;
  readonly left?: number;
  readonly top?: number;
  readonly width?: number;
  readonly height?: number;
}

export interface CatalogueOptions {
  readonly sets: readonly IconSet[];
  readonly categories: readonly string[];
  /** Style → icons to leave out, with the reason. */
  readonly leftOut: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * All drawings of the chosen categories, sorted by name and then by style.
 *
 * The sets sometimes disagree, so an emoji is identified by its code points: its name and category are those
 * that most styles use (the first style's on a tie).
 */
export function catalogue({ sets, categories, leftOut }: CatalogueOptions): readonly Drawing[] {
  const found = sets.flatMap((set) => drawingsOf(set, categories, leftOut[set.style] ?? {}));
  const names = votes(found, (drawing) => drawing.icon);
  const kinds = votes(found, (drawing) => drawing.category);
  const order = new Map(sets.map(({ style }, i) => [style, i]));
  return found
    .map(({ key, style, svg }) => ({
      name: names.get(key)!,
      style,
      category: kinds.get(key)!,
      svg,
    }))
    .sort((a, b) => compare(a.name, b.name) || order.get(a.style)! - order.get(b.style)!);
}

interface Found {
  readonly key: string;
  readonly icon: string;
  readonly style: string;
  readonly category: string;
  readonly svg: string;
}

function drawingsOf(
  set: IconSet,
  categories: readonly string[],
  leftOut: Readonly<Record<string, string>>,
): Found[] {
  const keys = new Map<string, string>();
  for (const [code, icon] of Object.entries(set.chars)) {
    const key = code.replace(/-fe0f/g, "");
    const known = keys.get(icon);
    if (known === undefined || key < known) keys.set(icon, key);
  }
  const wanted = new Map(categories.map((category) => [plain(category), category]));
  return Object.entries(set.metadata.categories).flatMap(([title, icons]) => {
    const category = wanted.get(plain(title));
    if (category === undefined) return [];
    return icons
      .filter((icon) => !Object.hasOwn(leftOut, icon))
      .map((icon) => {
        const key = keys.get(icon);
        if (key === undefined || !set.icons.icons[icon]) {
          throw expected(`an icon and code points for "${icon}" in the set ${set.style}`, "none");
        }
        return { key, icon, style: set.style, category, svg: svgOf(set, icon) };
      });
  });
}

/** "Animals & Nature" and "Animals Nature" are one category. */
const plain = (title: string) => title.replace(/[^a-z]/gi, "").toLowerCase();

function svgOf({ icons: set }: IconSet, name: string): string {
  const { body, left = 0, top = 0, width = set.width ?? 16, height = set.height ?? 16 } = set.icons[name];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
    `viewBox="${left} ${top} ${width} ${height}" width="1" height="1">${body}</svg>`
  );
}

/** For each emoji the value that most of its styles have. */
function votes(found: readonly Found[], opinion: (drawing: Found) => string): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const drawing of found) {
    const tally = counts.get(drawing.key) ?? new Map<string, number>();
    tally.set(opinion(drawing), (tally.get(opinion(drawing)) ?? 0) + 1);
    counts.set(drawing.key, tally);
  }
  return new Map(
    [...counts].map(([key, tally]) => [key, [...tally].reduce((a, b) => (b[1] > a[1] ? b : a))[0]]),
  );
}

/**
 * Groups of emoji that must be in the same split, because some style draws them identically ("cat face" and
 * "grinning cat"). Returns the first name of its group for each drawing.
 * @param pictures one string per drawing, equal for equal pictures
 */
export function groupsOf(
  drawings: readonly { readonly name: string }[],
  pictures: readonly string[],
): string[] {
  const parent = new Map<string, string>();
  const root = (name: string): string => {
    const above = parent.get(name);
    return above === undefined ? name : root(above);
  };
  const seen = new Map<string, string>();
  drawings.forEach(({ name }, i) => {
    const other = seen.get(pictures[i]) ?? name;
    seen.set(pictures[i], name);
    const [first, last] = [root(name), root(other)].sort();
    if (first !== last) parent.set(last, first);
  });
  return drawings.map(({ name }) => root(name));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
