import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as m,b}from"./OTAGCLHY.js";import{a as f,b as u,c as a,e as d,f as p,g,h,j as w}from"./SP44P7JP.js";function F(e,n){let r=m(e);return[{title:"Blocking",findings:r.filter(t=>t.blocking)},{title:"Not blocking",findings:r.filter(t=>!t.blocking)}].filter(t=>t.findings.length>0).map(t=>({head:`#### ${t.title} (${t.findings.length})

${g(["Level","Finding","Where","Rule"])}`,rows:t.findings.map(i=>x(i,n))}))}function x(e,n){let r=b(e),o=e.status===void 0||e.status==="new"?"":` (${e.status})`,t=e.fix===void 0?"":`<br>Fix: ${f(e.fix)}`;return p([`${e.level}${o}`,f(e.message)+t,r===void 0?d(e.subject):a(u(r),n?.(e)),a(u(e.rule),e.reference)])}function L(e){let n=m(e).filter(o=>o.detail!==void 0);return n.length===0?[]:[{head:`#### Details
`,rows:n.map(o=>w(o.message,h(o.detail)))}]}function v(e){return e.tables.filter(n=>n.rows.length>0).map(S)}function S(e){let n=e.rows.map(r=>p(e.columns.map((o,t)=>d(r[t]??""))));return{head:`#### ${f(e.title)}

${g(e.columns)}`,rows:n}}var j=e=>Buffer.byteLength(e),z=e=>e.length;function B(e,n){let{sizeOf:r}=n,o=e.reduce((s,l)=>s+l.rows.length,0),t={left:n.max-r(n.overflow(o))-8},i=[],c=0;for(let s of e){let l=k(s,t,r);l!==void 0&&(i.push(l.text),c+=l.rows)}return c<o&&i.push(n.overflow(o-c)),`${i.join(`

`)}
`}function k(e,n,r){let o=r(e.head)+r(e.tail??"")+6,t=n.left-o;if(t<0)return;let i=[];for(let s of e.rows){let l=r(s)+1;if(l>t)break;t-=l,i.push(s)}if(i.length===0&&e.rows.length>0)return;n.left=t;let c=[e.head,...i].filter(s=>s!=="").join(`
`);return{text:e.tail===void 0?c:`${c}

${e.tail}`,rows:i.length}}export{F as a,L as b,v as c,j as d,z as e,B as f};
