package main

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	modzip "golang.org/x/mod/zip"
)

// listedFile is a modzip.File of any name, mode and size; Data is what Open gives.
type listedFile struct {
	Name Text   `json:"path"`
	Kind string `json:"mode"`
	Len  int64  `json:"sizeBytes"`
	Data []byte `json:"data"`
}

func (f listedFile) Path() string                 { return string(f.Name) }
func (f listedFile) Lstat() (os.FileInfo, error)  { return listedInfo{f}, nil }
func (f listedFile) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.Data)), nil }

type listedInfo struct{ f listedFile }

func (i listedInfo) Name() string       { return path.Base(string(i.f.Name)) }
func (i listedInfo) Size() int64        { return i.f.Len }
func (i listedInfo) ModTime() time.Time { return time.Time{} }
func (i listedInfo) IsDir() bool        { return i.f.Kind == "directory" }
func (i listedInfo) Sys() any           { return nil }
func (i listedInfo) Mode() fs.FileMode {
	switch i.f.Kind {
	case "directory":
		return fs.ModeDir | 0o755
	case "symlink":
		return fs.ModeSymlink | 0o777
	case "irregular":
		return fs.ModeNamedPipe | 0o644
	}
	return 0o644
}

type fileProblem struct {
	Path   Text `json:"path"`
	Reason Text `json:"reason"`
}

type checkedFiles struct {
	Valid     []Text        `json:"valid"`
	Omitted   []fileProblem `json:"omitted"`
	Invalid   []fileProblem `json:"invalid"`
	SizeError string        `json:"sizeError"`
}

func problems(list []modzip.FileError) []fileProblem {
	out := []fileProblem{}
	for _, e := range list {
		out = append(out, fileProblem{Text(e.Path), Text(e.Err.Error())})
	}
	return out
}

func describe(cf modzip.CheckedFiles) checkedFiles {
	out := checkedFiles{Valid: []Text{}, Omitted: problems(cf.Omitted), Invalid: problems(cf.Invalid)}
	for _, p := range cf.Valid {
		out.Valid = append(out.Valid, Text(p))
	}
	if cf.SizeError != nil {
		out.SizeError = cf.SizeError.Error()
	}
	return out
}

type zipArgs struct {
	Path    Text         `json:"path"`
	Version Text         `json:"version"`
	Files   []listedFile `json:"files"`
	Dir     string       `json:"dir"`
	Zip     string       `json:"zip"`
}

func (a zipArgs) module() module.Version {
	return module.Version{Path: string(a.Path), Version: string(a.Version)}
}

func (a zipArgs) list() (files []modzip.File) {
	for _, f := range a.Files {
		files = append(files, f)
	}
	return files
}

// entry is one of a zip made with archive/zip; Mode is a Go file mode.
type entry struct {
	Name   Text   `json:"name"`
	Data   []byte `json:"data"`
	Method uint16 `json:"method"`
	Mode   uint32 `json:"mode"`
}

func writeZip(file string, entries []entry) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	w := zip.NewWriter(out)
	for _, e := range entries {
		header := &zip.FileHeader{Name: string(e.Name), Method: e.Method}
		if e.Mode != 0 {
			header.SetMode(fs.FileMode(e.Mode))
		}
		f, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := f.Write(e.Data); err != nil {
			return err
		}
	}
	return w.Close()
}

// zeros writes a zip whose entries hold so many zero bytes.
func zeros(file string, names []string, sizes []int64) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	w := zip.NewWriter(out)
	for i, name := range names {
		f, err := w.Create(name)
		if err != nil {
			return err
		}
		block := make([]byte, 1<<20)
		for left := sizes[i]; left > 0; left -= int64(len(block)) {
			if _, err := f.Write(block[:min(left, int64(len(block)))]); err != nil {
				return err
			}
		}
	}
	return w.Close()
}

func createTo(file string, create func(io.Writer) error) (bool, error) {
	out, err := os.Create(file)
	if err != nil {
		return false, err
	}
	defer out.Close()
	return true, create(out)
}

func init() {
	register("zip.CheckFiles", func(a zipArgs) (checkedFiles, error) {
		cf, _ := modzip.CheckFiles(a.list())
		return describe(cf), nil
	})
	register("zip.CheckDir", func(a zipArgs) (checkedFiles, error) {
		cf, err := modzip.CheckDir(a.Dir)
		if err != nil && (cf.Err() == nil || err.Error() != cf.Err().Error()) {
			return checkedFiles{}, err
		}
		return describe(cf), nil
	})
	register("zip.CheckZip", func(a zipArgs) (checkedFiles, error) {
		cf, err := modzip.CheckZip(a.module(), a.Zip)
		if err != nil && (cf.Err() == nil || err.Error() != cf.Err().Error()) {
			return checkedFiles{}, err
		}
		return describe(cf), nil
	})
	register("zip.Create", func(a zipArgs) (bool, error) {
		return createTo(a.Zip, func(w io.Writer) error { return modzip.Create(w, a.module(), a.list()) })
	})
	register("zip.CreateFromDir", func(a zipArgs) (bool, error) {
		return createTo(a.Zip, func(w io.Writer) error { return modzip.CreateFromDir(w, a.module(), a.Dir) })
	})
	register("zip.Unzip", func(a zipArgs) (bool, error) { return true, modzip.Unzip(a.Dir, a.module(), a.Zip) })
	register("zip.Write", func(a struct {
		Zip     string  `json:"zip"`
		Entries []entry `json:"entries"`
	}) (bool, error) {
		return true, writeZip(a.Zip, a.Entries)
	})
	register("zip.WriteZeros", func(a struct {
		Zip   string   `json:"zip"`
		Names []string `json:"names"`
		Sizes []int64  `json:"sizes"`
	}) (bool, error) {
		return true, zeros(a.Zip, a.Names, a.Sizes)
	})
	register("dirhash.HashZip", func(a zipArgs) (string, error) { return dirhash.HashZip(a.Zip, dirhash.Hash1) })
	register("dirhash.HashDir", func(a struct {
		Dir    string `json:"dir"`
		Prefix string `json:"prefix"`
	}) (string, error) {
		return dirhash.HashDir(a.Dir, a.Prefix, dirhash.Hash1)
	})
	register("dirhash.Hash1", func(a struct {
		Names []Text `json:"names"`
	}) (string, error) {
		names := []string{}
		for _, name := range a.Names {
			names = append(names, string(name))
		}
		return dirhash.Hash1(names, func(name string) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader([]byte("data for " + name))), nil
		})
	})
}
