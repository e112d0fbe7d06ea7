import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);
var a=["PATH","Path","TMPDIR","TEMP","TMP","SystemRoot","SYSTEMROOT","PATHEXT","LD_LIBRARY_PATH"],c=["[safe]","	directory = *","[core]","	autocrlf = input","	eol = lf","	attributesFile =","[gc]","	auto = 0",""].join(`
`);function E(t,n){let r={};for(let o of a){let e=t[o];e!==void 0&&(r[o]=e)}return{...r,HOME:n,LC_ALL:"C",GIT_CONFIG_GLOBAL:`${n}/gitconfig`,GIT_CONFIG_NOSYSTEM:"1",GIT_ATTR_NOSYSTEM:"1",GIT_TERMINAL_PROMPT:"0",GIT_LITERAL_PATHSPECS:"1",GIT_NO_REPLACE_OBJECTS:"1",GIT_OPTIONAL_LOCKS:"0",GIT_NO_LAZY_FETCH:"1"}}var R=["GIT_CONFIG_GLOBAL","GIT_CONFIG_NOSYSTEM","GIT_ATTR_NOSYSTEM","GIT_TERMINAL_PROMPT","GIT_LITERAL_PATHSPECS","GIT_NO_REPLACE_OBJECTS","GIT_OPTIONAL_LOCKS","GIT_NO_LAZY_FETCH","GIT_DIR"];import{mkdirSync as I,writeFileSync as f}from"node:fs";import{join as s}from"node:path";var O=`
* -export-subst -export-ignore
`;function S(t){f(s(t,"gitconfig"),c)}function g(t){return/["\n\\]/.test(t)?`"${t.replace(/["\\]/g,"\\$&").replaceAll(`
`,"\\n")}"
`:`${t}
`}function P(t,n){let{objectsDir:r,shallowCommits:o,objectFormat:e}=n;for(let i of["objects/info","refs","info"])I(s(t,i),{recursive:!0});let T={HEAD:`ref: refs/heads/none
`,config:e==="sha1"?`[core]
	repositoryformatversion = 0
	bare = true
`:`[core]
	repositoryformatversion = 1
	bare = true
[extensions]
	objectformat = sha256
`,"objects/info/alternates":g(r),"info/attributes":O};o.size>0&&(T.shallow=`${[...o].join(`
`)}
`);for(let[i,_]of Object.entries(T))f(s(t,i),_)}export{E as a,R as b,S as c,P as d};
