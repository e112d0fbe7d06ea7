package main

import (
	"time"

	"golang.org/x/mod/module"
)

type pathArgs struct{ Path Text }

type versionArgs struct{ Version Text }

type moduleArgs struct{ Path, Version Text }

type majorArgs struct{ Version, PathMajor Text }

type pseudoArgs struct {
	Major, Older, Revision Text
	Seconds                int64 // since 1970 in UTC
}

type splitPath struct {
	Prefix    Text `json:"prefix"`
	PathMajor Text `json:"pathMajor"`
}

type pseudoParts struct {
	IsPseudo, IsZero bool
	// Each is the error's text where its function fails.
	Base, Time, Revision string
	BaseOK, TimeOK       bool
}

// check makes an operation of a function that only says whether it takes its argument.
func check[A any](f func(A) error) func(A) (bool, error) {
	return func(a A) (bool, error) { return true, f(a) }
}

func init() {
	register("module.CheckPath", check(func(a pathArgs) error { return module.CheckPath(string(a.Path)) }))
	register("module.CheckImportPath", check(func(a pathArgs) error { return module.CheckImportPath(string(a.Path)) }))
	register("module.CheckFilePath", check(func(a pathArgs) error { return module.CheckFilePath(string(a.Path)) }))
	register("module.Check", check(func(a moduleArgs) error { return module.Check(string(a.Path), string(a.Version)) }))
	register("module.CheckPathMajor", check(func(a majorArgs) error {
		return module.CheckPathMajor(string(a.Version), string(a.PathMajor))
	}))
	register("module.PathMajorPrefix", func(a majorArgs) (string, error) {
		return module.PathMajorPrefix(string(a.PathMajor)), nil
	})
	register("module.SplitPathVersion", func(a pathArgs) (*splitPath, error) {
		prefix, pathMajor, ok := module.SplitPathVersion(string(a.Path))
		if !ok {
			return nil, nil
		}
		return &splitPath{Text(prefix), Text(pathMajor)}, nil
	})
	register("module.CanonicalVersion", func(a versionArgs) (string, error) {
		return module.CanonicalVersion(string(a.Version)), nil
	})
	register("module.Sort", func(list []moduleArgs) ([]moduleArgs, error) {
		var versions []module.Version
		for _, m := range list {
			versions = append(versions, module.Version{Path: string(m.Path), Version: string(m.Version)})
		}
		module.Sort(versions)
		for i, v := range versions {
			list[i] = moduleArgs{Text(v.Path), Text(v.Version)}
		}
		return list, nil
	})

	register("module.EscapePath", func(a pathArgs) (string, error) { return module.EscapePath(string(a.Path)) })
	register("module.UnescapePath", func(a pathArgs) (string, error) { return module.UnescapePath(string(a.Path)) })
	register("module.EscapeVersion", func(a versionArgs) (string, error) { return module.EscapeVersion(string(a.Version)) })
	register("module.UnescapeVersion", func(a versionArgs) (string, error) { return module.UnescapeVersion(string(a.Version)) })

	register("module.PseudoVersion", func(a pseudoArgs) (string, error) {
		t := time.Unix(a.Seconds, 0)
		return module.PseudoVersion(string(a.Major), string(a.Older), t, string(a.Revision)), nil
	})
	register("module.ZeroPseudoVersion", func(a pseudoArgs) (string, error) {
		return module.ZeroPseudoVersion(string(a.Major)), nil
	})
	register("module.parsePseudoVersion", func(a versionArgs) (p pseudoParts, _ error) {
		v := string(a.Version)
		p.IsPseudo, p.IsZero = module.IsPseudoVersion(v), module.IsZeroPseudoVersion(v)
		base, err := module.PseudoVersionBase(v)
		p.Base, p.BaseOK = base, err == nil
		if err != nil {
			p.Base = err.Error()
		}
		t, err := module.PseudoVersionTime(v)
		p.Time, p.TimeOK = t.UTC().Format(time.RFC3339), err == nil
		if err != nil {
			p.Time = err.Error()
		}
		p.Revision, err = module.PseudoVersionRev(v)
		if err != nil {
			p.Revision = err.Error()
		}
		return p, nil
	})

	register("module.MatchPrefixPatterns", func(a struct{ Globs, Target Text }) (bool, error) {
		return module.MatchPrefixPatterns(string(a.Globs), string(a.Target)), nil
	})
}
