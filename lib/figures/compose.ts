import { expected } from "../errors";
import { sentences } from "../text/sentences";
import { type Arrangement, arrangePanels } from "./arrange";
import { axisLayout } from "./axis";
import { asPlot } from "./bundle";
import type { Panel, PanelsOptions, Plot } from "./panel";
import type { PlotlyFigure } from "./plotly/figure";
import { assertText, coloursOf, fontFamily, ink } from "./style";
import { plotText } from "./text-fit";
import { colourOf, legendEntry, traceData } from "./trace";

type ComposeOptions = PanelsOptions & {
  /** Titles above the rows of panels; the panels' own titles are then lighter. */
  readonly rowTitles?: readonly string[];
};

/** Makes small multiples, or a single plot. `what` is its name in errors. */
export function composeFigure(what: string, options: ComposeOptions): Plot {
  const { title, panels, note, rowTitles } = options;
  checkWords(what, options);
  const named = panels.flatMap(({ traces }) =>
    traces.filter((trace) => trace.kind !== "heatmap" && trace.legend !== false),
  );
  const colours = coloursOf([...new Set(named.flatMap((trace) => trace.series ?? trace.name ?? []))]);
  const legend = [...new Set(named.flatMap((trace) => trace.name ?? []))];
  const showLegend = legend.length > 1;

  const data: Record<string, unknown>[] = [];
  const inLegend = new Set<string>();
  let notDrawn = 0;
  panels.forEach((panel, k) => {
    panel.traces.forEach((trace, t) => {
      const { parts, notDrawn: lost } = traceData(
        trace,
        placeOf(panel, t, panels.length > 1),
        colours,
        panel,
      );
      notDrawn += lost;
      const { name } = trace;
      if (showLegend && trace.kind !== "heatmap" && trace.legend !== false && name && !inLegend.has(name)) {
        inLegend.add(name);
        data.push(legendEntry(trace, colourOf(trace, colours)));
      }
      for (const part of parts) data.push({ ...part, xaxis: `x${suffixOf(k)}`, yaxis: `y${suffixOf(k)}` });
    });
  });

  const logarithmic = panels.some(({ x, y }) => x.log || y.log);
  const values = notDrawn === 1 ? "1 value" : `${notDrawn} values`;
  const missing = `Not drawn: ${values}, not finite${logarithmic ? " or not above 0" : ""}.`;
  const small = [...(note ? [note] : []), ...(notDrawn > 0 ? [missing] : [])];
  const colourBar = panels.some(({ traces }) =>
    traces.some((trace) => trace.kind === "heatmap" && trace.label),
  );
  const room = arrangePanels(options, { legend, small, colourBar });
  const alt = sentences([options.alt, ...small]);
  const figure: PlotlyFigure = {
    data,
    layout: {
      width: room.width,
      height: room.height,
      font: { family: fontFamily, size: 12, color: ink.soft },
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      margin: { ...room.margin, pad: 0, autoexpand: false },
      showlegend: showLegend,
      ...(showLegend && {
        legend: {
          orientation: "h",
          x: 0,
          xanchor: "left",
          y: 1 + ((room.panelTitle || 8) - 2) / room.inner.height,
          yanchor: "bottom",
          font: { size: 12, color: ink.text },
          tracegroupgap: 0,
        },
      }),
      barmode: "group",
      bargap: 0.25,
      hovermode: "closest",
      hoverlabel: { font: { family: fontFamily, size: 12 } },
      annotations: annotations(room, panels, rowTitles),
      ...axes(room, panels),
      meta: { title, alt },
    },
  };
  return asPlot(title, alt, figure);
}

const suffixOf = (k: number) => (k === 0 ? "" : `${k + 1}`);

function placeOf(panel: Panel, t: number, several: boolean): string {
  const { name } = panel.traces[t];
  return `trace ${name ? `"${name}"` : t + 1}${several ? ` of panel "${panel.title}"` : ""}`;
}

/** @throws an error that names the missing title, label or legend name. */
function checkWords(what: string, { title, alt, panels }: ComposeOptions): void {
  assertText(what, { title, alt });
  if (!panels?.length) throw expected("at least one panel", "none");
  const several = panels.length > 1;
  panels.forEach((panel, k) => {
    const place = several ? ` of panel ${k + 1}` : "";
    assertText(what, {
      [`x.label${place}`]: panel.x?.label,
      [`y.label${place}`]: panel.y?.label,
      ...(several && { [`title${place}`]: panel.title }),
    });
    if (!panel.traces?.length) throw expected(`at least one trace${place}`, "none");
  });
  const listed = panels.map(({ traces }) =>
    traces.filter((trace) => trace.kind !== "heatmap" && trace.legend !== false),
  );
  const needNames =
    panels.some(({ traces }) => traces.length > 1) || listed.flat().some((trace) => trace.name);
  if (!needNames) return;
  panels.forEach((panel, k) => {
    const unnamed = listed[k].find((trace) => !trace.name);
    if (!unnamed) return;
    throw expected(
      `a name for every trace of ${what} that has several`,
      `none for ${placeOf(panel, panel.traces.indexOf(unnamed), several)}`,
      "Name it for the legend, or pass legend: false for one that needs no words.",
    );
  });
}

function axes(room: Arrangement, panels: readonly Panel[]): Record<string, unknown> {
  const entries = panels.flatMap((panel, k) => {
    const { categories, yLabel, ...place } = room.places[k];
    const suffix = suffixOf(k);
    const axis = (side: "x" | "y") => ({
      ...axisLayout(panel[side], {
        anchor: `${side === "x" ? "y" : "x"}${suffix}`,
        domain: place[side],
        labelled: place.labelled[side],
        range: place.ranges[side],
        traces: panel.traces,
        side,
        label: side === "y" ? yLabel : [panel.x.label],
      }),
      ...(side === "x" &&
        categories && {
          tickvals: categories.names,
          ticktext: categories.lines.map((lines) => lines.map(plotText).join("<br>")),
          tickangle: categories.turned ? -40 : 0,
        }),
      ...(side === "y" && panel.equal && { scaleanchor: `x${suffix}`, scaleratio: 1 }),
      ...(panel.equal && { constrain: "domain" }),
    });
    return [
      [`xaxis${suffix}`, axis("x")],
      [`yaxis${suffix}`, axis("y")],
    ];
  });
  return Object.fromEntries(entries);
}

/** All text but that of axes and legend, each at a fixed distance in pixels from the panels. */
function annotations(room: Arrangement, panels: readonly Panel[], rowTitles: readonly string[] | undefined) {
  const word = (
    text: string,
    place: { x: number; y: number; xshift?: number; yshift: number; below?: boolean },
    size: number,
    color: string,
  ) => {
    const { below, ...rest } = place;
    return {
      text,
      ...rest,
      xref: "paper",
      yref: "paper",
      xanchor: "left",
      yanchor: below ? "top" : "bottom",
      align: "left",
      showarrow: false,
      font: { size, color },
    };
  };
  const bold = (text: string) => `<b>${plotText(text)}</b>`;
  const edge = 16 - room.margin.l;
  const title = room.titleLines.map(bold).join("<br>");
  return [
    {
      name: "title",
      ...word(title, { x: 0, y: 1, xshift: edge, yshift: room.margin.t - 10, below: true }, 16, ink.text),
    },
    ...(panels.length > 1
      ? panels.flatMap((panel, k) => {
          const { x, y, row, column } = room.places[k];
          const own = panel.title ?? "";
          if (!rowTitles) return [word(bold(own), { x: x[0], y: y[1], yshift: 3 }, 12.5, ink.text)];
          return [
            word(plotText(own), { x: x[0], y: y[1], yshift: 3 }, 12.5, ink.soft),
            ...(column === 0
              ? [word(bold(rowTitles[row]), { x: 0, y: y[1], yshift: 22 }, 13, ink.text)]
              : []),
          ];
        })
      : []),
    ...(room.noteLines.length > 0
      ? [
          word(
            room.noteLines.map(plotText).join("<br>"),
            { x: 0, y: 0, xshift: edge, yshift: -room.toNote, below: true },
            11,
            ink.soft,
          ),
        ]
      : []),
  ];
}
