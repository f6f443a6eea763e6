export * from "./assets";
export * from "./duration";
export * from "./html";
export * from "./moment";
export * from "./numbers";
