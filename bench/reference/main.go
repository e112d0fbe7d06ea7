// Program reference does with golang.org/x/mod what modwharf is measured against:
//
//	reference zip PATH VERSION DIR FILE.zip   zip.CreateFromDir, then dirhash.HashZip of the result
//	reference hash FILE.zip…                  dirhash.HashZip of each, on all processors, as `go mod verify` does
package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func create(m module.Version, dir, file string) {
	out, err := os.Create(file)
	must(err)
	must(zip.CreateFromDir(out, m, dir))
	must(out.Close())
	h1, err := dirhash.HashZip(file, dirhash.Hash1)
	must(err)
	fmt.Println(h1)
}

func hash(files []string) {
	sums := make([]string, len(files))
	slots := make(chan bool, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for i, file := range files {
		slots <- true
		group.Go(func() {
			defer func() { <-slots }()
			h1, err := dirhash.HashZip(file, dirhash.Hash1)
			must(err)
			sums[i] = h1
		})
	}
	group.Wait()
	for _, sum := range sums {
		fmt.Println(sum)
	}
}

func main() {
	args := os.Args[2:]
	if os.Args[1] == "zip" {
		create(module.Version{Path: args[0], Version: args[1]}, args[2], args[3])
	} else {
		hash(args)
	}
}
