// Program xmod answers questions about Go modules with the code of golang.org/x/mod, so that tests can hold
// modwharf against it. Each line of standard input is a JSON object {"op": name, "args": {…}}; each line of
// standard output is the answer to the line of the same number: {"result": …}, {"error": text} for an error
// that the Go function returned, {"panic": text}, or {"fault": text} for a question that cannot be asked.
//
// Every other file of this program registers its operations in an init function.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"unicode/utf8"
)

type operation func(args json.RawMessage) answer

type answer struct {
	Result any     `json:"result,omitempty"`
	Error  *string `json:"error,omitempty"`
	Panic  *string `json:"panic,omitempty"`
	Fault  *string `json:"fault,omitempty"`
}

var operations = map[string]operation{}

// register adds an operation whose arguments are the JSON form of A and whose result that of R.
func register[A, R any](name string, run func(A) (R, error)) {
	if operations[name] != nil {
		panic("operation registered twice: " + name)
	}
	operations[name] = func(args json.RawMessage) (out answer) {
		var a A
		decoder := json.NewDecoder(bytes.NewReader(args))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&a); err != nil {
			return fault("arguments of %s: %v", name, err)
		}
		defer func() {
			if r := recover(); r != nil {
				text := fmt.Sprint(r)
				out = answer{Panic: &text}
			}
		}()
		result, err := run(a)
		if err != nil {
			text := err.Error()
			return answer{Error: &text}
		}
		return answer{Result: result}
	}
}

func fault(format string, args ...any) answer {
	text := fmt.Sprintf(format, args...)
	return answer{Fault: &text}
}

// Text is a Go string. In JSON it is a string, or {"base64": "…"} where its bytes are not valid UTF-8.
type Text string

type textBytes struct {
	Base64 []byte `json:"base64"`
}

func (t *Text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var b textBytes
		err := json.Unmarshal(data, &b)
		*t = Text(b.Base64)
		return err
	}
	var s string
	err := json.Unmarshal(data, &s)
	*t = Text(s)
	return err
}

func (t Text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(textBytes{[]byte(t)})
}

func reply(line []byte) answer {
	var question struct {
		Op   string          `json:"op"`
		Args json.RawMessage `json:"args"`
	}
	if err := json.Unmarshal(line, &question); err != nil {
		return fault("not a question: %v", err)
	}
	run := operations[question.Op]
	if run == nil {
		return fault("unknown operation %q", question.Op)
	}
	return run(question.Args)
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := encoder.Encode(reply(line)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		// Flush only when the next read could block: answers leave in large pieces, and none is held back.
		if in.Buffered() == 0 {
			out.Flush()
		}
	}
	out.Flush()
}
