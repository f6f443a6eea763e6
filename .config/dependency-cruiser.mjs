// Which file of lib may import which: `npm run check` holds to it, type-only imports included.

/** The rooms of lib, in order: folders or single files. A file imports from its own and those before it. */
const rooms = [
  "errors",
  "array",
  "random",
  "gaussian",
  "files",
  "formats",
  "text",
  "statistics",
  "conditions",
  "data",
  "transport",
  "couplings",
  "interpolants",
  "objectives",
  "engine",
  "networks",
  "fields",
  "training",
  "samplers",
  "metrics",
  "experiments",
  "figures",
  "playground",
  "notebook",
  "report",
  "cli",
  "index",
];

const inside = (names) => `^lib/(${names.join("|")})(/|[.])`;

const against = rooms.map((room, place) => {
  const before = rooms.slice(0, place);
  const allowed = before.length > 0 ? `${before.join(", ")} and ${room} itself` : `${room} itself`;
  return {
    name: `${room}-imports-against-the-order`,
    severity: "error",
    comment:
      `The rooms of lib have an order, and ${room} may import only from ${allowed}. ` +
      "Move what is needed into one of these, or the file that needs it into a later room; " +
      "or let the caller pass it as an argument. The order is the list in .config/dependency-cruiser.mjs.",
    from: { path: inside([room]) },
    to: { path: "^lib/", pathNot: inside([...before, room]) },
  };
});

export default {
  forbidden: [
    ...against,
    {
      name: "room-without-a-place",
      severity: "error",
      comment:
        "This room of lib has no place in the order. Write its name into the list in " +
        ".config/dependency-cruiser.mjs, after all rooms that it imports from.",
      from: { path: "^lib/", pathNot: inside(rooms) },
      to: {},
    },
    {
      name: "imports-in-a-circle",
      severity: "error",
      comment:
        "These files import each other in a circle, if only types. Move what they share into a file " +
        "of its own that both import, or join files that are one thing.",
      from: { path: "^lib/" },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    includeOnly: "^lib/",
    tsPreCompilationDeps: true,
  },
};
