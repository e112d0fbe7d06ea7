//go:build ignore

// Prints as JSON what Go's unicode package says of every code point; scripts/gen-unicode.mjs runs it.
package main

import (
	"encoding/json"
	"os"
	"runtime"
	"unicode"
)

// boundaries lists the code points at which membership changes: first in, first out, next in …
func boundaries(in func(rune) bool) []rune {
	var list []rune
	for r, inside := rune(0), false; r <= unicode.MaxRune+1; r++ {
		if now := r <= unicode.MaxRune && in(r); now != inside {
			list, inside = append(list, r), now
		}
	}
	return list
}

// fold returns the one member that stands for all code points of r's case-folding orbit: the smallest, but
// a to z rather than A to Z, so that ordinary lower-case text stands for itself.
func fold(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if 'A' <= least && least <= 'Z' {
		return least + 'a' - 'A'
	}
	return least
}

func main() {
	var folds [][2]rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if to := fold(r); to != r {
			folds = append(folds, [2]rune{r, to})
		}
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"go":      runtime.Version(),
		"unicode": unicode.Version,
		"letter":  boundaries(unicode.IsLetter),
		"print":   boundaries(unicode.IsPrint),
		"space":   boundaries(unicode.IsSpace),
		"folds":   folds,
	})
}
