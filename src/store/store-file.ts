/** One file of the GOPROXY protocol: a version's zip, mod or info, or a module's list of versions. */
export type StoreFile =
  | { readonly path: string; readonly kind: "list" }
  | { readonly path: string; readonly kind: VersionFileKind; readonly version: string };

export type VersionFileKind = "zip" | "mod" | "info";
