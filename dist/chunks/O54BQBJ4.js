import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as f,b as g,c as $}from"./OTAGCLHY.js";import{a,b as m,d}from"./M2FKT4P5.js";function R(t,e={}){let n=e.colour?(s,c)=>`\x1B[${s}m${c}\x1B[0m`:(s,c)=>c,r=t.tables.filter(s=>s.rows.length>0).map(s=>T(s,n)),i=f(t.findings).map(s=>y(s,n));return`${b({verdict:n("1",v(t)),findings:i,tables:r}).join(`
`).split(`
`).map(d).join(`
`)}
`}function b({verdict:t,findings:e,tables:n}){if(e.length===0)return[...n,t];let r=[t,...e];return n.length===0?r:[...r,"",...n,t]}function v({summary:t,findings:e}){let n=a(t);return e.length===0?n:`${n} · ${$(e)}`}var w={error:"31",warning:"33",note:"36"};function y(t,e){let n=g(t),r=t.status===void 0||t.status==="new"?"":` (${t.status})`,i=n===void 0?"":`${a(n)}: `,p=e(w[t.level],t.level),s=[`${i}${p}: ${a(t.message)} [${a(t.rule)}]${r}`];for(let c of t.detail===void 0?[]:m(t.detail))s.push(`    ${c}`);return t.fix!==void 0&&s.push(`    fix: ${a(t.fix)}`),s.join(`
`)}function T(t,e){let n=[t.columns,...t.rows].map(o=>o.map(a)),r=t.columns.map((o,l)=>Math.max(...n.map(u=>h(u[l]??"")))),i=e("1",a(t.title));if(r.slice(0,-1).reduce((o,l)=>o+l+2,0)>j)return[i,...n.slice(1).flatMap(o=>O(o,n[0])),""].join(`
`);let s=n.map(o=>r.map((l,u)=>(o[u]??"")+" ".repeat(l-h(o[u]??""))).join("  ").trimEnd()),[c="",...x]=s;return[i,e("2",c),...x,""].join(`
`)}var j=110;function O([t="",...e],[,...n]){return[`- ${t}`,...e.map((r,i)=>`  ${n[i]}: ${r}`)]}function h(t){return[...t].length}export{R as a};
