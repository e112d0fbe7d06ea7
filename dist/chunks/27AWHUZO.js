import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
var t="go.mod";function r(n){return{path:o(n.file)??t,line:n.line??1}}function o(n){if(n===void 0||n.startsWith("/"))return;let e=n.split("/").filter(i=>i!==""&&i!==".");return e.length===0||e.includes("..")?void 0:e.join("/")}export{r as a,o as b};
