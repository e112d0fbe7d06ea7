import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{c as n}from"./5IWKX6TR.js";var r=new Set(["go.mod","go.sum","go.work","go.work.sum","module.yaml"]),s=["modwharf.yaml","modwharf.yml"];function t(o){let e=n(o);return e.endsWith(".go")||r.has(e)||/(^|\/)vendor\//.test(o)||s.includes(o)}export{s as a,t as b};
