import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as m,b as s,c as a,d as c,e as f,g as d}from"./2IIJ2WOF.js";import{c as r}from"./OTAGCLHY.js";import{a as t,i as e}from"./SP44P7JP.js";var g=1024*1024;function $(i,n={}){return d(p(i,n.sourceLink),{max:n.maxBytes??g,sizeOf:f,overflow:o=>`*${o} more rows did not fit into this page; the job's log and report files have all.*`})}function p(i,n){let o=`${t(m(i.summary))}${i.findings.length===0?"":` · ${r(i.findings)}`}`,u=(i.diagrams??[]).map(S=>({head:"",rows:[e(S)]}));return[{head:`### modwharf ${t(i.command)}

${o}`,rows:[]},...s(i.findings,n),...u,...a(i.findings),...c(i)]}export{g as a,$ as b};
