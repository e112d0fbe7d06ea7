// Command benchtool helps the benchmarks in bench/: a module proxy over a directory, and a stopwatch for processes.
//
//	benchtool serve DIR [DELAY]     prints its URL, then serves DIR until its standard input ends
//	benchtool run COMMAND ARG...    runs a command and prints wall time, CPU time and peak memory as JSON
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: benchtool serve DIR [DELAY] | run COMMAND ARG..."))
	}
	if os.Args[1] == "serve" {
		serve(os.Args[2:])
	} else {
		run(os.Args[2:])
	}
}

func serve(args []string) {
	var delay time.Duration
	if len(args) > 1 {
		parsed, err := time.ParseDuration(args[1])
		if err != nil {
			fail(err)
		}
		delay = parsed
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	files := http.FileServer(http.Dir(args[0]))
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fail(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(delay)
		files.ServeHTTP(w, r)
	})))
}

func run(args []string) {
	command := exec.Command(args[0], args[1:]...)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	start := time.Now()
	err := command.Run()
	wall := time.Since(start)
	if command.ProcessState == nil {
		fail(err)
	}
	usage := command.ProcessState.SysUsage().(*syscall.Rusage)
	peak := usage.Maxrss
	if runtime.GOOS == "linux" {
		peak *= 1024 // kilobytes there, bytes on macOS
	}
	cpu := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"wallMs":    float64(wall.Microseconds()) / 1000,
		"cpuMs":     float64(cpu.Microseconds()) / 1000,
		"peakBytes": peak,
	})
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "benchtool:", err)
	os.Exit(1)
}
