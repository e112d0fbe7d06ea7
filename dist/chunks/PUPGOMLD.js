import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a,b}from"./3MUP4KFS.js";import"./DN5JRXDF.js";import"./OTAGCLHY.js";import"./SP44P7JP.js";import"./M2FKT4P5.js";import"./HDQVRS2F.js";import"./ER357UTI.js";export{a as SUMMARY_MAX_BYTES,b as renderSummary};
