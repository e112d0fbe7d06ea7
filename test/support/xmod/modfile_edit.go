package main

import (
	"fmt"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// requirements reads path, version and "indirect" or "" from each three arguments.
func requirements(a []string) []*modfile.Require {
	var list []*modfile.Require
	for i := 0; i < len(a); i += 3 {
		mod := module.Version{Path: a[i], Version: a[i+1]}
		list = append(list, &modfile.Require{Mod: mod, Indirect: a[i+2] == "indirect"})
	}
	return list
}

var modEdits = map[string]func(f *modfile.File, a []string) error{
	"setModule":    func(f *modfile.File, a []string) error { return f.AddModuleStmt(a[0]) },
	"setGo":        func(f *modfile.File, a []string) error { return f.AddGoStmt(a[0]) },
	"dropGo":       func(f *modfile.File, a []string) error { f.DropGoStmt(); return nil },
	"setToolchain": func(f *modfile.File, a []string) error { return f.AddToolchainStmt(a[0]) },
	"addGodebug":   func(f *modfile.File, a []string) error { return f.AddGodebug(a[0], a[1]) },
	"dropGodebug":  func(f *modfile.File, a []string) error { return f.DropGodebug(a[0]) },
	"addRequire":   func(f *modfile.File, a []string) error { return f.AddRequire(a[0], a[1]) },
	"dropRequire":  func(f *modfile.File, a []string) error { return f.DropRequire(a[0]) },
	"addExclude":   func(f *modfile.File, a []string) error { return f.AddExclude(a[0], a[1]) },
	"dropExclude":  func(f *modfile.File, a []string) error { return f.DropExclude(a[0], a[1]) },
	"addReplace":   func(f *modfile.File, a []string) error { return f.AddReplace(a[0], a[1], a[2], a[3]) },
	"dropReplace":  func(f *modfile.File, a []string) error { return f.DropReplace(a[0], a[1]) },
	"addRetract": func(f *modfile.File, a []string) error {
		return f.AddRetract(modfile.VersionInterval{Low: a[0], High: a[1]}, a[2])
	},
	"dropRetract": func(f *modfile.File, a []string) error {
		return f.DropRetract(modfile.VersionInterval{Low: a[0], High: a[1]})
	},
	"addTool":    func(f *modfile.File, a []string) error { return f.AddTool(a[0]) },
	"dropTool":   func(f *modfile.File, a []string) error { return f.DropTool(a[0]) },
	"addIgnore":  func(f *modfile.File, a []string) error { return f.AddIgnore(a[0]) },
	"dropIgnore": func(f *modfile.File, a []string) error { return f.DropIgnore(a[0]) },
	"sortBlocks": func(f *modfile.File, a []string) error { f.SortBlocks(); return nil },
	"setRequire": func(f *modfile.File, a []string) error { f.SetRequire(requirements(a)); return nil },
	"setRequireSeparateIndirect": func(f *modfile.File, a []string) error {
		f.SetRequireSeparateIndirect(requirements(a))
		return nil
	},
	"setRequireAtMostTwo": func(f *modfile.File, a []string) error {
		f.SetRequireAtMostTwo(requirements(a))
		return nil
	},
}

var workEdits = map[string]func(f *modfile.WorkFile, a []string) error{
	"setGo":        func(f *modfile.WorkFile, a []string) error { return f.AddGoStmt(a[0]) },
	"setToolchain": func(f *modfile.WorkFile, a []string) error { return f.AddToolchainStmt(a[0]) },
	"addGodebug":   func(f *modfile.WorkFile, a []string) error { return f.AddGodebug(a[0], a[1]) },
	"dropGodebug":  func(f *modfile.WorkFile, a []string) error { return f.DropGodebug(a[0]) },
	"addReplace":   func(f *modfile.WorkFile, a []string) error { return f.AddReplace(a[0], a[1], a[2], a[3]) },
	"dropReplace":  func(f *modfile.WorkFile, a []string) error { return f.DropReplace(a[0], a[1]) },
	"addUse":       func(f *modfile.WorkFile, a []string) error { return f.AddUse(a[0], "") },
	"dropUse":      func(f *modfile.WorkFile, a []string) error { return f.DropUse(a[0]) },
	"sortBlocks":   func(f *modfile.WorkFile, a []string) error { f.SortBlocks(); return nil },
}

type editArgs struct {
	Text    Text
	Edit    []string // a name and its arguments
	Cleanup bool
}

func init() {
	register("modfile.Edit", func(a editArgs) (byteString, error) {
		f, err := modfile.Parse("file", []byte(a.Text), nil)
		if err != nil {
			return "", err
		}
		edit := modEdits[a.Edit[0]]
		if edit == nil {
			return "", fmt.Errorf("unknown edit %s", a.Edit[0])
		}
		if err := edit(f, a.Edit[1:]); err != nil {
			return "", err
		}
		if a.Cleanup {
			f.Cleanup()
		}
		return byteString(modfile.Format(f.Syntax)), nil
	})
	register("modfile.EditWork", func(a editArgs) (byteString, error) {
		f, err := modfile.ParseWork("file", []byte(a.Text), nil)
		if err != nil {
			return "", err
		}
		edit := workEdits[a.Edit[0]]
		if edit == nil {
			return "", fmt.Errorf("unknown edit %s", a.Edit[0])
		}
		if err := edit(f, a.Edit[1:]); err != nil {
			return "", err
		}
		if a.Cleanup {
			f.Cleanup()
		}
		return byteString(modfile.Format(f.Syntax)), nil
	})
}
