import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
function r(e){return e.findings.some(n=>n.blocking)}export{r as a};
