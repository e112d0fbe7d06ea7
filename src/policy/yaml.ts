/** The parts of yaml that we use. A file of its own because a bundle cannot take names out of `import("yaml")`. */
export { isMap, isPair, LineCounter, parseDocument } from "yaml";
