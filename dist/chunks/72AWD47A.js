import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as m,b as c,c as f,d as u,f as g,g as h}from"./2IIJ2WOF.js";import{c as l}from"./OTAGCLHY.js";import{a as i,c as s}from"./SP44P7JP.js";import{c as a}from"./M2FKT4P5.js";import{a as k}from"./3XFFXI7D.js";var b=65536;function $(n){return`<!-- modwharf:${encodeURIComponent(a(n)).replace(/[-!'()*~]/g,U)} -->`}function U(n){return`%${n.charCodeAt(0).toString(16).toUpperCase()}`}function _(n,e){let t=n.findings.filter(r=>r.blocking),o=n.findings.filter(r=>!r.blocking),d=e.runUrl===void 0?"":` · ${s("job",e.runUrl)}`,p=n.findings.length===0?"":` · ${l(n.findings)}`,y=k(n)?"✖":"✔",C=[$(e.key),`**${y} modwharf ${i(n.command)}**: ${i(m(n.summary))}${p}${d}`].join(`
`),x=[...c(o,e.sourceLink),...f(n.findings),...u(n)].map(({head:r,rows:S})=>w(r,S));return h([{head:C,rows:[]},...c(t,e.sourceLink),...x],{max:e.maxCharacters??b,sizeOf:g,overflow:r=>`*${r} more rows did not fit into a comment; the job's summary and report files have all.*`})}function w(n,e){let[t="",...o]=n.split(`
`);return{head:[`<details><summary>${t.replace(/^#+ /,"")}</summary>
`,...o.slice(1)].join(`
`),rows:e,tail:"</details>"}}function E(n,e){let t=e.runUrl===void 0?"":` · ${s("job",e.runUrl)}`;return`${$(e.key)}
**✔ modwharf ${i(n.command)}**: ${i(m(n.summary))}${t}
`}export{$ as a,_ as b,E as c};
