// Package cli holds the commands. It is the only room that knows all others:
// it reads the configuration, builds every part from it and wires them.
package cli
