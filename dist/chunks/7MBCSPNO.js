import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
function r(){process.stderr.on("error",()=>{}),process.stdout.on("error",o=>{o.code!=="EPIPE"&&(process.stderr.write(`modwharf: cannot write to standard output: ${o.code??o.message}
`),process.exit(2))})}export{r as a};
