import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as d,b as $,c as f}from"./OTAGCLHY.js";import{a as s,b as m,d as p}from"./M2FKT4P5.js";function T(t,i={}){let e=i.colour?(n,o)=>`\x1B[${n}m${o}\x1B[0m`:(n,o)=>o,c=[...t.tables.filter(n=>n.rows.length>0).map(n=>g(n,e)),...d(t.findings).map(n=>b(n,e))],r=s(t.summary),l=t.findings.length===0?r:`${r} (${f(t.findings)})`;return`${[...c,e("1",l)].join(`
`).split(`
`).map(p).join(`
`)}
`}var h={error:"31",warning:"33",note:"36"};function b(t,i){let e=$(t),c=t.status===void 0||t.status==="new"?"":` (${t.status})`,r=e===void 0?"":`${s(e)}: `,l=i(h[t.level],t.level),a=[`${r}${l}: ${s(t.message)} [${s(t.rule)}]${c}`];for(let n of t.detail===void 0?[]:m(t.detail))a.push(`    ${n}`);return t.fix!==void 0&&a.push(`    fix: ${s(t.fix)}`),a.join(`
`)}function g(t,i){let e=[t.columns,...t.rows].map(n=>n.map(s)),c=t.columns.map((n,o)=>Math.max(...e.map(u=>x(u[o]??"")))),r=e.map(n=>c.map((o,u)=>(n[u]??"")+" ".repeat(o-x(n[u]??""))).join("  ").trimEnd()),[l="",...a]=r;return[i("1",s(t.title)),i("2",l),...a,""].join(`
`)}function x(t){return[...t].length}export{T as a};
