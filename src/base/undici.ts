/** The parts of undici that we use. A file of its own because a bundle cannot take names out of `import("undici")`. */
// biome-ignore lint/performance/noBarrelFile: loaded by import(), never for its own sake
export { Agent, buildConnector, Pool, ProxyAgent, request } from "undici";
