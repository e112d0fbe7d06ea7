import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as m,b as l,c as u,e as f,f as g}from"./DN5JRXDF.js";import{c as a}from"./OTAGCLHY.js";import{a as i,c as s}from"./SP44P7JP.js";import{c as d}from"./M2FKT4P5.js";import{a as k}from"./3XFFXI7D.js";var S=65536;function $(n){return`<!-- modwharf:${encodeURIComponent(d(n)).replace(/[-!'()*~]/g,b)} -->`}function b(n){return`%${n.charCodeAt(0).toString(16).toUpperCase()}`}function A(n,e){let t=n.findings.filter(r=>r.blocking),o=n.findings.filter(r=>!r.blocking),c=e.runUrl===void 0?"":` · ${s("job",e.runUrl)}`,h=n.findings.length===0?"":` · ${a(n.findings)}`,p=k(n)?"✖":"✔",y=[$(e.key),`**${p} modwharf ${i(n.command)}**: ${i(n.summary)}${h}${c}`].join(`
`),C=[...m(o,e.sourceLink),...l(n.findings),...u(n)].map(({head:r,rows:x})=>U(r,x));return g([{head:y,rows:[]},...m(t,e.sourceLink),...C],{max:e.maxCharacters??S,sizeOf:f,overflow:r=>`*${r} more rows did not fit into a comment; the job's summary and report files have all.*`})}function U(n,e){let[t="",...o]=n.split(`
`);return{head:[`<details><summary>${t.replace(/^#+ /,"")}</summary>
`,...o.slice(1)].join(`
`),rows:e,tail:"</details>"}}function M(n,e){let t=e.runUrl===void 0?"":` · ${s("job",e.runUrl)}`;return`${$(e.key)}
**✔ modwharf ${i(n.command)}**: ${i(n.summary)}${t}
`}export{$ as a,A as b,M as c};
