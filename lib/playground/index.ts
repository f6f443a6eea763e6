export { type Playground, type PlaygroundOptions, playground } from "./figure";
export type { ClassesPlayground } from "./kinds/classes";
export type { CouplingPlayground } from "./kinds/coupling";
export type { InPaintingPlayground } from "./kinds/in-painting";
export type { ClassModel } from "./kinds/models";
export type { PlayPictures } from "./kinds/pictures";
export type { SuperResolutionPlayground } from "./kinds/super-resolution";
