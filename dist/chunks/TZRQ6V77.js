import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
import{a,b,c}from"./KYR47HA6.js";import"./PDHHCLU2.js";import"./QOZJH2BZ.js";import"./CT6WAB7X.js";import"./U7IMPN5N.js";import"./RJOLBZP2.js";import"./LE2RZZFK.js";import"./ER357UTI.js";export{c as credentialsTreatedAsExpired,b as credentialsWillNeedRefresh,a as defaultProvider};
