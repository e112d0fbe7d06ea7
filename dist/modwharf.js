#!/usr/bin/env node
import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a as o}from"./chunks/7MBCSPNO.js";import{a as i}from"./chunks/HNXZ74AU.js";import"./chunks/ER357UTI.js";async function s(n){let[r]=n;if(r==="--version"||r==="-V"||r==="version")return process.stdout.write(`${i}
`),0;let{runCommandLine:e}=await import("./chunks/QHGP5KME.js");return e(n)}o();process.exitCode=await s(process.argv.slice(2));
