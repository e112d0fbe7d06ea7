/** The parts of yaml that we use. A file of its own because a bundle cannot take names out of `import("yaml")`. */
// biome-ignore lint/performance/noBarrelFile: loaded by import(), never for its own sake
export { isMap, isPair, LineCounter, parseDocument } from "yaml";
