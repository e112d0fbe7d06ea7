package main

import "golang.org/x/mod/module"

type pathArgs struct{ Path Text }

func init() {
	register("module.CheckPath", func(a pathArgs) (bool, error) { return true, module.CheckPath(string(a.Path)) })
	register("module.CheckImportPath", func(a pathArgs) (bool, error) { return true, module.CheckImportPath(string(a.Path)) })
	register("module.CheckFilePath", func(a pathArgs) (bool, error) { return true, module.CheckFilePath(string(a.Path)) })
}
