// Command forewarn walks through a product as its customers do and tells the
// team before a limit is crossed, when it is crossed, and what it costs.
package main

import (
	"os"
	"runtime"

	"github.com/forewarn/forewarn/cli"
)

func main() {
	runtime.MemProfileRate = 0 // nobody can ask for a heap profile: its tables would be held for nothing
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
