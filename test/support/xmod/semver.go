package main

import (
	"golang.org/x/mod/semver"
)

type semverParts struct {
	IsValid                                         bool
	Canonical, Major, MajorMinor, Prerelease, Build Text
}

func init() {
	register("semver.parts", func(a versionArgs) (semverParts, error) {
		v := string(a.Version)
		return semverParts{
			IsValid:    semver.IsValid(v),
			Canonical:  Text(semver.Canonical(v)),
			Major:      Text(semver.Major(v)),
			MajorMinor: Text(semver.MajorMinor(v)),
			Prerelease: Text(semver.Prerelease(v)),
			Build:      Text(semver.Build(v)),
		}, nil
	})
	register("semver.Compare", func(a struct{ A, B Text }) (int, error) {
		return semver.Compare(string(a.A), string(a.B)), nil
	})
	register("semver.Sort", func(list []Text) ([]Text, error) {
		versions := make([]string, len(list))
		for i, v := range list {
			versions[i] = string(v)
		}
		semver.Sort(versions)
		for i, v := range versions {
			list[i] = Text(v)
		}
		return list, nil
	})
}
