import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{b as n}from"./6M2NILPG.js";var s=new Set(["go.mod","go.sum","go.work","go.work.sum","module.yaml"]),m=["modwharf.yaml","modwharf.yml"];function t(o){let e=n(o);return e.endsWith(".go")||s.has(e)||o.endsWith("vendor/modules.txt")||m.includes(o)}export{m as a,t as b};
