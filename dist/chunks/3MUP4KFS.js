import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as m,b as s,c as a,d as c,f as d}from"./DN5JRXDF.js";import{c as r}from"./OTAGCLHY.js";import{a as t,i as e}from"./SP44P7JP.js";var S=1024*1024;function k(i,n={}){return d(g(i,n.sourceLink),{max:n.maxBytes??S,sizeOf:c,overflow:o=>`*${o} more rows did not fit into this page; the job's log and report files have all.*`})}function g(i,n){let o=`${t(i.summary)}${i.findings.length===0?"":` · ${r(i.findings)}`}`,f=(i.diagrams??[]).map(u=>({head:"",rows:[e(u)]}));return[{head:`### modwharf ${t(i.command)}

${o}`,rows:[]},...m(i.findings,n),...f,...s(i.findings),...a(i)]}export{S as a,k as b};
