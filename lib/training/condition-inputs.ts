export { floatInput as floats } from "../conditions/options";
export { conditionInputs } from "../conditions/parts";
