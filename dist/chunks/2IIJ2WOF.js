import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as h,b as x}from"./OTAGCLHY.js";import{a as u,b as a,c as d,e as p,f as g,g as m,h as b,j as S}from"./SP44P7JP.js";import{c as w}from"./M2FKT4P5.js";var $=1e3;function c(e,n=$){return e.length<=n?e:`${w(e.slice(0,n-1))}…`}function T(e,n){let r=h(e);return[{title:"Blocking",findings:r.filter(t=>t.blocking)},{title:"Not blocking",findings:r.filter(t=>!t.blocking)}].filter(t=>t.findings.length>0).map(t=>({head:`#### ${t.title} (${t.findings.length})

${m(["Level","Finding","Where","Rule"])}`,rows:t.findings.map(i=>k(i,n))}))}function k(e,n){let r=x(e),o=e.status===void 0||e.status==="new"?"":` (${e.status})`,t=e.fix===void 0?"":`<br>Fix: ${u(c(e.fix))}`;return g([`${e.level}${o}`,u(c(e.message))+t,r===void 0?p(c(e.subject)):d(a(c(r)),n?.(e)),d(a(e.rule),e.reference)])}function _(e){let n=h(e).filter(o=>o.detail!==void 0);return n.length===0?[]:[{head:`#### Details
`,rows:n.map(o=>S(c(o.message),b(c(o.detail,1e4))))}]}function z(e){return e.tables.filter(n=>n.rows.length>0).map(y)}function y(e){let n=e.rows.map(r=>g(e.columns.map((o,t)=>p(r[t]??""))));return{head:`#### ${u(e.title)}

${m(e.columns)}`,rows:n}}var H=e=>Buffer.byteLength(e),O=e=>e.length;function C(e,n){let{sizeOf:r}=n,o=e.reduce((s,l)=>s+l.rows.length,0),t={left:n.max-r(n.overflow(o))-8},i=[],f=0;for(let s of e){let l=F(s,t,r);l!==void 0&&(i.push(l.text),f+=l.rows)}return f<o&&i.push(n.overflow(o-f)),`${i.join(`

`)}
`}function F(e,n,r){let o=r(e.head)+r(e.tail??"")+6,t=n.left-o;if(t<0)return;let i=[];for(let s of e.rows){let l=r(s)+1;if(l>t)break;t-=l,i.push(s)}if(i.length===0&&e.rows.length>0)return;n.left=t;let f=[e.head,...i].filter(s=>s!=="").join(`
`);return{text:e.tail===void 0?f:`${f}

${e.tail}`,rows:i.length}}export{c as a,T as b,_ as c,z as d,H as e,O as f,C as g};
