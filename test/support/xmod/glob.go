package main

import "path"

func init() {
	// False for a malformed pattern, like the callers of path.Match in cmd/go.
	register("path.Match", func(a struct{ Pattern, Name Text }) (bool, error) {
		matched, _ := path.Match(string(a.Pattern), string(a.Name))
		return matched, nil
	})
}
