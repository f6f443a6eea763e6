import type { ModelCard } from "../../experiments";
import { renderPlay } from "../../report";
import { formatNumber, html } from "../../text";
import { playFigures } from "./figures";

/** The page of `npm run play`. */
export async function playPage(): Promise<string> {
  const { paint, beside, plane, sharpen, ask, cards } = await playFigures();
  return renderPlay({
    title: "Play with the models",
    lead: "Trained networks and exact flows, computed in this page: nothing is sent, nothing is fetched.",
    sections: [
      {
        id: "paint",
        heading: paint.title,
        hint:
          "Paint over the emoji. Noise goes into the hole, and the model carries it to a picture; the rest " +
          "stays as it is. It has learned from holes of small tiles in other emoji: large ones are too much.",
        bundle: await paint.toBundle(),
      },
      {
        id: "beside",
        heading: beside.title,
        hint:
          "The same hole and the same noise in it, filled by two networks of the same size and training. " +
          "Without the coupling the flow starts from noise everywhere, and has to bring back what is known.",
        bundle: await beside.toBundle(),
      },
      {
        id: "plane",
        heading: plane.title,
        hint:
          "Which base point is paired with which data point decides how the flow runs. " +
          "Drag the modes; choose which are paired.",
        bundle: await plane.toBundle(),
      },
      {
        id: "sharpen",
        heading: sharpen.title,
        hint: "An 8 × 8 digit becomes one of 32 × 32. There are many that fit: ask for another sample.",
        bundle: await sharpen.toBundle(),
      },
      {
        id: "ask",
        heading: ask.title,
        hint:
          "Two ways to say which digit is wanted: to the velocity, or by where the flow starts. " +
          "Guidance above 1 exaggerates what the label does to the velocity.",
        bundle: await ask.toBundle(),
      },
    ],
    footer: html`${trainedText(cards)}`,
  });
}

/** How large models are, and how long they were trained. */
export function trainedText(cards: readonly Pick<ModelCard, "parameters" | "hours">[]): string {
  const range = (of: (card: (typeof cards)[number]) => number, digits: number) => {
    const values = cards.map(of);
    return [Math.min(...values), Math.max(...values)]
      .map((value) => formatNumber(value, digits))
      .join(" to ");
  };
  return (
    `Networks of ${range(({ parameters }) => parameters / 1e6, 2)} million parameters, each trained for ` +
    `${range(({ hours }) => hours, 2)} hours of one core.`
  );
}
