package main

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type textArgs struct{ Text Text }

// fold is the smallest member of r's case-folding orbit, A to Z written as a to z.
func fold(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if 'A' <= least && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}

func init() {
	register("unicode.Version", func(struct{}) (string, error) { return unicode.Version, nil })

	// For every code point: 1 if a letter, plus 2 if printable, plus 4 if space, plus 8 times its fold.
	register("unicode.Facts", func(struct{}) ([]rune, error) {
		facts := make([]rune, unicode.MaxRune+1)
		for r := range facts {
			facts[r] = 8 * fold(rune(r))
			for bit, in := range []func(rune) bool{unicode.IsLetter, unicode.IsPrint, unicode.IsSpace} {
				if in(rune(r)) {
					facts[r] += 1 << bit
				}
			}
		}
		return facts, nil
	})

	register("strconv.Quote", func(a textArgs) (string, error) { return strconv.Quote(string(a.Text)), nil })
	register("strconv.QuoteRune", func(a textArgs) (string, error) {
		r, _ := utf8.DecodeRuneInString(string(a.Text))
		return strconv.QuoteRune(r), nil
	})
	register("strings.EqualFold", func(a struct{ A, B Text }) (bool, error) {
		return strings.EqualFold(string(a.A), string(a.B)), nil
	})
}
