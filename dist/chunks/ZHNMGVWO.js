import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
function r(t){return`${JSON.stringify({...t.data,findings:t.findings}).replaceAll("##[","#\\u0023[")}
`}export{r as a};
