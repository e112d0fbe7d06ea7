import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a,b}from"./W75HIPGS.js";import"./M3KHM264.js";import"./M2FKT4P5.js";import"./2AFVXVFT.js";import"./HSVNJQ52.js";import"./MB4T2O6N.js";import"./H2FAFXLL.js";import"./ER357UTI.js";export{a as createShell,b as wantsColour};
