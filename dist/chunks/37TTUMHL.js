import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
var r=["B","kB","MB","GB","TB"];function i(n){let t=n,e=0;for(;t>=999.5&&e<r.length-1;)t/=1e3,e++;return e===0?`${t} B`:`${Number(t.toPrecision(3))} ${r[e]}`}function u(n,t,e=`${t}s`){return`${n} ${n===1?t:e}`}export{i as a,u as b};
