package main

import (
	"encoding/json"
	"errors"

	goversion "go/version"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// A byteString goes out as a JSON string with one character (U+0000 to U+00FF) for each byte, so that text
// that is not UTF-8 survives.
type byteString string

func (s byteString) MarshalJSON() ([]byte, error) {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return json.Marshal(string(runes))
}

func byteStrings(list []string) []byteString {
	out := make([]byteString, len(list))
	for i, s := range list {
		out[i] = byteString(s)
	}
	return out
}

// Positions, comments and statements go out as JSON arrays: [line, rune, byte], [position, token, suffix] …
func position(p modfile.Position) []int { return []int{p.Line, p.LineRune, p.Byte} }

func comments(c *modfile.Comments) [][]any {
	out := make([][]any, 3)
	for i, list := range [][]modfile.Comment{c.Before, c.Suffix, c.After} {
		out[i] = []any{}
		for _, com := range list {
			out[i] = append(out[i], []any{position(com.Start), byteString(com.Token), com.Suffix})
		}
	}
	return out
}

func line(l *modfile.Line) []any {
	return []any{"line", position(l.Start), position(l.End), byteStrings(l.Token), l.InBlock, comments(&l.Comments)}
}

func statement(x modfile.Expr) []any {
	switch x := x.(type) {
	case *modfile.CommentBlock:
		return []any{"comments", position(x.Start), comments(&x.Comments)}
	case *modfile.Line:
		return line(x)
	case *modfile.LineBlock:
		lines := []any{}
		for _, l := range x.Line {
			lines = append(lines, line(l))
		}
		lparen := []any{position(x.LParen.Pos), comments(&x.LParen.Comments)}
		rparen := []any{position(x.RParen.Pos), comments(&x.RParen.Comments)}
		return []any{"block", position(x.Start), byteStrings(x.Token), lparen, lines, rparen, comments(&x.Comments)}
	}
	panic("unknown statement")
}

func fileSyntax(f *modfile.FileSyntax) []any {
	stmts := []any{}
	for _, x := range f.Stmt {
		stmts = append(stmts, statement(x))
	}
	return []any{comments(&f.Comments), stmts}
}

func moduleVersion(m module.Version) []byteString {
	return []byteString{byteString(m.Path), byteString(m.Version)}
}

// each turns a list of directives into arrays that begin with the position of their line.
func each[T any](list []T, of func(T) (*modfile.Line, []any)) []any {
	out := []any{}
	for _, x := range list {
		l, fields := of(x)
		out = append(out, append([]any{position(l.Start)}, fields...))
	}
	return out
}

func goDirective(g *modfile.Go) []any {
	if g == nil {
		return []any{}
	}
	return []any{position(g.Syntax.Start), g.Version}
}

func toolchainDirective(t *modfile.Toolchain) []any {
	if t == nil {
		return []any{}
	}
	return []any{position(t.Syntax.Start), byteString(t.Name)}
}

func godebugDirectives(list []*modfile.Godebug) []any {
	return each(list, func(g *modfile.Godebug) (*modfile.Line, []any) {
		return g.Syntax, []any{byteString(g.Key), byteString(g.Value)}
	})
}

func replaceDirectives(list []*modfile.Replace) []any {
	return each(list, func(r *modfile.Replace) (*modfile.Line, []any) {
		return r.Syntax, []any{moduleVersion(r.Old), moduleVersion(r.New)}
	})
}

func modFile(f *modfile.File) map[string]any {
	mod := []any{}
	if f.Module != nil {
		mod = []any{position(f.Module.Syntax.Start), byteString(f.Module.Mod.Path), byteString(f.Module.Deprecated)}
	}
	return map[string]any{
		"format":    byteString(modfile.Format(f.Syntax)),
		"syntax":    fileSyntax(f.Syntax),
		"module":    mod,
		"go":        goDirective(f.Go),
		"toolchain": toolchainDirective(f.Toolchain),
		"godebug":   godebugDirectives(f.Godebug),
		"replace":   replaceDirectives(f.Replace),
		"require": each(f.Require, func(r *modfile.Require) (*modfile.Line, []any) {
			return r.Syntax, []any{moduleVersion(r.Mod), r.Indirect}
		}),
		"exclude": each(f.Exclude, func(x *modfile.Exclude) (*modfile.Line, []any) {
			return x.Syntax, []any{moduleVersion(x.Mod)}
		}),
		"retract": each(f.Retract, func(r *modfile.Retract) (*modfile.Line, []any) {
			return r.Syntax, []any{byteString(r.Low), byteString(r.High), byteString(r.Rationale)}
		}),
		"tool": each(f.Tool, func(t *modfile.Tool) (*modfile.Line, []any) {
			return t.Syntax, []any{byteString(t.Path)}
		}),
		"ignore": each(f.Ignore, func(t *modfile.Ignore) (*modfile.Line, []any) {
			return t.Syntax, []any{byteString(t.Path)}
		}),
	}
}

func workFile(f *modfile.WorkFile) map[string]any {
	return map[string]any{
		"format":    byteString(modfile.Format(f.Syntax)),
		"syntax":    fileSyntax(f.Syntax),
		"go":        goDirective(f.Go),
		"toolchain": toolchainDirective(f.Toolchain),
		"godebug":   godebugDirectives(f.Godebug),
		"replace":   replaceDirectives(f.Replace),
		"use": each(f.Use, func(u *modfile.Use) (*modfile.Line, []any) {
			return u.Syntax, []any{byteString(u.Path)}
		}),
	}
}

// errorPositions gives where each error of an ErrorList stands; the texts are Go's own.
func errorPositions(err error) map[string]any {
	var list modfile.ErrorList
	if !errors.As(err, &list) {
		panic(err)
	}
	out := []any{}
	for _, e := range list {
		out = append(out, position(e.Pos))
	}
	return map[string]any{"errors": out}
}

func dump[F any](parse func(string, []byte, modfile.VersionFixer) (F, error), describe func(F) map[string]any) func(fileArgs) (map[string]any, error) {
	return func(a fileArgs) (map[string]any, error) {
		f, err := parse("file", []byte(a.Text), nil)
		if err != nil {
			return errorPositions(err), nil
		}
		return describe(f), nil
	}
}

type fileArgs struct{ Text Text }

func init() {
	register("modfile.Parse", dump(modfile.Parse, modFile))
	register("modfile.ParseLax", dump(modfile.ParseLax, modFile))
	register("modfile.ParseWork", dump(modfile.ParseWork, workFile))
	register("modfile.ModulePath", func(a fileArgs) (byteString, error) {
		return byteString(modfile.ModulePath([]byte(a.Text))), nil
	})
	register("modfile.AutoQuote", func(a fileArgs) (byteString, error) {
		return byteString(modfile.AutoQuote(string(a.Text))), nil
	})
	register("version.Compare", func(a struct{ X, Y string }) (int, error) {
		return goversion.Compare(a.X, a.Y), nil
	})
	register("version.IsValid", func(a struct{ X string }) (bool, error) { return goversion.IsValid(a.X), nil })
	register("version.Lang", func(a struct{ X string }) (string, error) { return goversion.Lang(a.X), nil })
}
