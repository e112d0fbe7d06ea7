import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a,b}from"./YNUJRUVJ.js";import"./ZCNGVTFA.js";import"./M2FKT4P5.js";import"./AAXMAJVF.js";import"./HSVNJQ52.js";import"./EBUA6NVR.js";import"./5XAOZDCJ.js";import"./ER357UTI.js";export{a as createShell,b as wantsColour};
