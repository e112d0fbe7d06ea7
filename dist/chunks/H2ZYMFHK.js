import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a}from"./ZHNMGVWO.js";import"./ER357UTI.js";export{a as renderJson};
