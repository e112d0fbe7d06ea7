import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a,b}from"./YSLWAIY3.js";import"./2IIJ2WOF.js";import"./OTAGCLHY.js";import"./SP44P7JP.js";import"./M2FKT4P5.js";import"./HDQVRS2F.js";import"./ER357UTI.js";export{a as SUMMARY_MAX_BYTES,b as renderSummary};
