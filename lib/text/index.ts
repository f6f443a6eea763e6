export * from "./assets";
export * from "./duration";
export * from "./html";
export * from "./numbers";
