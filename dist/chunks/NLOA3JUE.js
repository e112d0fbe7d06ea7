import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
function e(r){return`${r.path}@${r.version}/`}export{e as a};
