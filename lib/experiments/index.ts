export { formatSpread, type Spread, spread, summarise, sweep } from "./sweep";
