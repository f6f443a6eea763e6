import { classGaussian } from "../../couplings";
import { mnist, take } from "../../data";
import { drawEmoji } from "../../data/emoji-drawings";
import {
  digitInpainting,
  digitInpaintingUncoupled,
  digitSuperResolution,
  digitsByBase,
  digitsByHiddenLabel,
  emojiInpainting,
  type ModelCard,
  type ModelRecipe,
  pretrained,
} from "../../experiments";
import { factor, sigma } from "../../experiments/models/super-resolution";
import { type Playground, playground } from "../../playground";

/**
 * The first test images of `emojiInpainting`, in their order; a test holds this list against the data set,
 * all of which would take ten seconds to draw.
 */
export const unseenEmoji: readonly string[] = [
  "twemoji/mammoth",
  "noto/musical-keyboard",
  "fluent/clapper-board",
  "openmoji/anxious-face-with-sweat",
  "openmoji/tulip",
  "noto/old-key",
  "twemoji/wavy-dash",
  "fluent/vibration-mode",
  "fluent/high-speed-train",
  "twemoji/face-with-tongue",
  "openmoji/baby-chick",
  "fluent/boomerang",
  "twemoji/wine-glass",
  "fluent/sunrise-over-mountains",
  "fluent/kissing-cat",
  "openmoji/downcast-face-with-sweat",
  "noto/pleading-face",
  "noto/pig-face",
];

/** For the page to stay below 5 MB, models get by with fewer bits: those of digits with fewest. */
const weightBits = { emoji: 9, digits: 5 };

/** The live figures of `npm run play`, and the cards of their models, which come with the library. */
export async function playFigures(): Promise<
  Readonly<Record<"paint" | "beside" | "plane" | "sharpen" | "ask", Playground>> & {
    readonly cards: readonly ModelCard[];
  }
> {
  const cards: ModelCard[] = [];
  const model = async (recipe: ModelRecipe) => {
    const loaded = await pretrained(recipe);
    cards.push(loaded.card);
    return loaded;
  };
  const { train, test, classes } = await mnist();
  const digits = take(test, 18);
  const names = Array.from(digits.labels ?? [], (label) => `a handwritten ${label}`);
  return {
    paint: playground({
      kind: "in-painting",
      models: { coupled: await model(emojiInpainting) },
      pictures: {
        x: await drawEmoji(unseenEmoji, 32),
        names: unseenEmoji.map((name) => name.replace(/^.*\//, "").replaceAll("-", " ")),
      },
      weightBits: weightBits.emoji,
    }),
    beside: playground({
      kind: "in-painting",
      title: "With and without the coupling",
      models: {
        coupled: await model(digitInpainting),
        uncoupled: await model(digitInpaintingUncoupled),
      },
      pictures: { x: digits.x, names },
      weightBits: weightBits.digits,
    }),
    plane: playground({ kind: "coupling" }),
    sharpen: playground({
      kind: "super-resolution",
      models: { "factor 4": await model(digitSuperResolution) },
      pictures: { x: digits.x, names },
      factor,
      sigma,
      weightBits: weightBits.digits,
    }),
    ask: playground({
      kind: "classes",
      models: {
        "label shown to the velocity": await model(digitsByHiddenLabel),
        "base of the class": {
          ...(await model(digitsByBase)),
          bases: classGaussian({ samples: train, classes: classes.length, labelled: false }),
        },
      },
      classes,
      weightBits: weightBits.digits,
    }),
    cards,
  };
}
