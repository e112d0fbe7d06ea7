/** The parts of undici that we use. A file of its own because a bundle cannot take names out of `import("undici")`. */
export { Agent, ProxyAgent, request } from "undici";
