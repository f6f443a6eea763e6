export {
  type ClassesPlayground,
  type ClassModel,
  type CouplingPlayground,
  type InPaintingPlayground,
  type Playground,
  type PlaygroundOptions,
  type PlayPictures,
  playground,
  type SuperResolutionPlayground,
} from "./figure";
