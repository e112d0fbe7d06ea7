import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
function b(t,s){return[...t].map(e=>({item:e,bytes:s(e)??0})).sort((e,r)=>r.bytes-e.bytes).map(({item:e})=>e)}export{b as a};
