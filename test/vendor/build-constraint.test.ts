import { expect, test } from "vitest";
import { mayBuild } from "../../src/vendor/build-constraint.ts";

const cases: [text: string, builds: boolean, why: string][] = [
  ["package p\n", true, "no constraint"],
  ["//go:build ignore\n\npackage p\n", false, "ignore is never set"],
  ["//go:build !ignore\n\npackage p\n", true, "and so its negation holds"],
  ["//go:build linux && !linux\n\npackage p\n", true, "every other tag counts as set and as not set"],
  ["//go:build ignore || tools\n\npackage p\n", true, "or"],
  ["//go:build (ignore || ignore) && tools\n\npackage p\n", false, "parentheses"],
  ["//go:build !(linux && ignore)\n\npackage p\n", true, "negated parentheses"],
  ["//go:build !!linux\n\npackage p\n", false, "double negation is refused, so no build takes it"],
  ["//go:build linux &&\n\npackage p\n", false, "an expression that ends early"],
  ["//go:build (linux\n\npackage p\n", false, "an open parenthesis"],
  ["//go:build linux windows\n\npackage p\n", false, "two tags without an operator"],
  ["//go:build linux\n//go:build windows\n\npackage p\n", false, "two lines"],
  ["//go:buildignore\n\npackage p\n", true, "another word"],
  ["//go:build ignore\npackage p\n", false, "needs no blank line behind it"],
  ["/* c */\n//go:build ignore\n\npackage p\n", false, "may stand behind a block comment"],
  ["/*\n//go:build ignore\n*/\n\npackage p\n", true, "but not inside of one"],
  ["package p\n//go:build ignore\n", true, "nor behind the package clause"],
  ["// +build ignore\n\npackage p\n", false, "the old form"],
  ["// +build ignore\npackage p\n", true, "which needs a blank line"],
  ["//+build ignore\n\npackage p\n", false, "without a blank after the slashes"],
  ["// +build linux ignore\n\npackage p\n", true, "blanks are or"],
  ["// +build linux,ignore\n\npackage p\n", false, "commas are and"],
  ["// +build linux\n// +build ignore\n\npackage p\n", false, "lines are and"],
  ["// +build !ignore\n\npackage p\n", true, "negation"],
  ["// +build !!linux\n\npackage p\n", false, "double negation counts as ignore"],
  ["// +build lin-ux\n\npackage p\n", false, "an impossible tag counts as ignore"],
  ["// +build\n\npackage p\n", false, "an empty line, too"],
  ["/* c */\n// +build ignore\n\npackage p\n", true, "the old form does not stand behind block comments"],
  ["//go:build linux\n// +build ignore\n\npackage p\n", true, "the new form wins"],
  ["// c\r\n//go:build ignore\r\n\r\npackage p\r\n", false, "line ends of Windows"],
  [`// +build ${"a ".repeat(102)}ignore,ignore\n\npackage p\n`, true, "too complex to count"],
];

test.each(cases)("%j builds: %s (%s)", (text, builds) => {
  expect(mayBuild(text)).toBe(builds);
});
