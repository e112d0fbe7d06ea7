import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a}from"./72AWD47A.js";import{d as o}from"./MB4T2O6N.js";function b(n){return{async upsert(t,r){let e=f(t,r),i=await u(n,t);return i===void 0?await n.create(e)==="done"?"created":"denied":c(n,i,e)},async resolve(t,r){let e=await u(n,t);return e===void 0?"absent":c(n,e,f(t,r))}}}async function c(n,t,r){return l(t.body)===l(r)?"unchanged":await n.update(t.id,r)==="done"?"updated":"denied"}async function u(n,t){let r=a(t),e;for await(let i of n.list())if(p(i.body)===r&&(e??=await n.me(),i.author===e))return i}function f(n,t){let r=a(n),e=o(t);return p(e)===r?e:`${r}
${e}`}function p(n){return n.split(/\r?\n/,1)[0]??""}function l(n){return n.replace(/\r\n?/g,`
`).trimEnd()}var d="<!-- modwharf:release -->",s="<!-- /modwharf:release -->";function y(n,t){let r=o(t).replaceAll(d,"").replaceAll(s,"").trim(),e=`${d}
${r}
${s}`,i=n.indexOf(d),m=i===-1?-1:n.indexOf(s,i);return m!==-1?n.slice(0,i)+e+n.slice(m+s.length):n.trim()===""?e:`${n.replace(/\s+$/,"")}

${e}`}function h(n,t){let r=e=>e.replace(/\r\n?/g,`
`).trimEnd();return r(n)===r(t)}function v(n){return n!==void 0&&/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(n)&&!/^0+$/.test(n)?n:void 0}export{b as a,y as b,h as c,v as d};
