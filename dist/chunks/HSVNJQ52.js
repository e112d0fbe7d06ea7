import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
function n(e){return typeof e=="object"&&e!==null&&"unavailable"in e}export{n as a};
