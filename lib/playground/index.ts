export { type Playground, type PlaygroundOptions, type PlayPictures, playground } from "./figure";
