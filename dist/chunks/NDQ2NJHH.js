import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a}from"./O54BQBJ4.js";import"./OTAGCLHY.js";import"./M2FKT4P5.js";import"./HDQVRS2F.js";import"./ER357UTI.js";export{a as renderText};
