import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as s,b as u}from"./M2FKT4P5.js";var o="&#8203;",$=/^([^\s`@]+@v\d[\w.+-]*?)([.,:;)]*)$/;function c(n){return s(n).trim().split(" ").map(e=>{let[,r,i=""]=$.exec(e)??[];return r===void 0?b(e):g(r)+i}).join(" ").replace(/^[-+=/:]|^\d+(?=[.)])/,e=>/\d/.test(e)?`${e}\\`:`\\${e}`)}var m=/[\\`*_{}[\]()|~#!<>&$@%:]/g,h={"<":"&lt;",">":"&gt;","&":"&amp;",$:"&#36;"},w="@%:";function b(n){return n.replace(m,(e,r)=>{let i=h[e]??(w.includes(e)?e:`\\${e}`);return p(e,n.slice(r+1))?i+o:i}).replace(/\bwww\./gi,e=>`${e.slice(0,-1)}${o}.`)}function p(n,t){return n===":"?t.startsWith("//"):/[@#!~%$&]/.test(n)&&/^[\p{L}\p{N}"'_/]/u.test(t)}function g(n){let t=s(n);if(t.trim()==="")return"";if(t.includes("|"))return`<code>${t.replace(f,i=>`&#${i.charCodeAt(0)};`)}</code>`;let e="`".repeat(l(t,"`")+1),r=/^`|`$|^ .* $/.test(t)?" ":"";return`${e}${r}${t}${r}${e}`}function x(n){return s(n).replace(f,(t,e,r)=>{let i=`&#${t.charCodeAt(0)};`;return p(t,r.slice(e+1))?i+o:i}).replace(/\bwww\./gi,t=>`${t.slice(0,-1)}${o}.`)}var f=/[&<>"'@#!~$%:/\\`*_[\]|]/g;function R(n,t){let e=t===void 0?void 0:A(t);return e===void 0?n:`[${n}](<${e}>)`}function A(n){if(!URL.canParse(n))return;let t=new URL(n);if(t.protocol!=="https:"&&t.protocol!=="http:")return;let e=a(t.pathname+t.search);return t.origin+e+(t.hash===""?"":`#${a(t.hash.slice(1))}`)}function a(n){return n.replace(/%(?![0-9A-Fa-f]{2})|[^\w\-.~:/?@!$&*+,;=%']/g,t=>`%${t.charCodeAt(0).toString(16).toUpperCase().padStart(2,"0")}`)}function S(n){return/[/@\\:=_`]|^v\d/.test(n)&&!/\s/.test(n)?g(n):c(n)}function d(n){return`| ${n.join(" | ")} |`}function T(n){return`${d(n.map(c))}
${d(n.map(()=>"---"))}`}function y(n,t=""){let e="`".repeat(Math.max(3,l(n,"`")+1));return`${e}${t}
${u(n).join(`
`)}
${e}`}function _(n){return`#### ${c(n.title)}

${y(n.mermaid,"mermaid")}`}function C(n,t){return`<details><summary>${x(n)}</summary>

${t}

</details>`}function l(n,t){let e=0,r=0;for(let i of n)r=i===t?r+1:0,r>e&&(e=r);return e}export{c as a,g as b,R as c,A as d,S as e,d as f,T as g,y as h,_ as i,C as j};
