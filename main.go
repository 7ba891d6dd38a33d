// Command forewarn walks through a product as its customers do and tells the
// team before a limit is crossed, when it is crossed, and what it costs.
package main

import (
	"os"

	"github.com/forewarn/forewarn/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
