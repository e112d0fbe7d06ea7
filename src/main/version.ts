declare const MODWHARF_VERSION: string | undefined;

/** The release this was built from; sources that were not bundled call themselves a development version. */
export const version: string = typeof MODWHARF_VERSION === "string" ? MODWHARF_VERSION : "0.0.0-dev";
