export * from "./describe";
export * from "./emoji";
export * from "./mnist";
export * from "./pixels";
export * from "./samples";
