package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/importer"
)

// mostImported bounds what is read: recordings with their bodies are large.
const mostImported = 200 << 20

// importing is what the commands below import have in common.
type importing struct {
	output  string
	options importer.Options
}

func newImport() *cobra.Command {
	var from importing
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Make a journey of a browser's recording, a curl command or an OpenAPI document",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVarP(&from.output, "output", "o", "", "file to write; without it the journey is printed")
	cmd.PersistentFlags().StringVar(&from.options.Name, "name", "", "of the journey (default: its host)")
	cmd.AddCommand(newImportHAR(&from), newImportCurl(&from), newImportOpenAPI(&from))
	return cmd
}

func newImportHAR(from *importing) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "har FILE | -",
		Short: "Make a journey of a browser's recording (- is standard input)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := readInput(cmd, args[0])
			if err != nil {
				return err
			}
			p, err := importer.HAR(data, from.options)
			return from.finish(cmd, p, within(args[0], err))
		},
	}
	cmd.Flags().StringSliceVar(&from.options.Hosts, "host", nil, "another host whose requests are kept, with all below it; may be repeated")
	return cmd
}

func newImportCurl(from *importing) *cobra.Command {
	return &cobra.Command{
		Use:   "curl 'COMMAND' | -",
		Short: "Make a journey of a curl command line (- is standard input)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			line := args[0]
			if line == "-" {
				data, err := readInput(cmd, line)
				if err != nil {
					return err
				}
				line = string(data)
			}
			p, err := importer.Curl(line, from.options)
			return from.finish(cmd, p, err)
		},
	}
}

func newImportOpenAPI(from *importing) *cobra.Command {
	return &cobra.Command{
		Use:   "openapi FILE | -",
		Short: "Make a journey of every safe operation of an OpenAPI 3 document (- is standard input)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := readInput(cmd, args[0])
			if err != nil {
				return err
			}
			p, err := importer.OpenAPI(data, from.options)
			return from.finish(cmd, p, within(args[0], err))
		},
	}
}

// within names the file that an error is about.
func within(file string, err error) error {
	if err == nil {
		return nil
	}
	if file == "-" {
		file = "standard input"
	}
	return fmt.Errorf("%s: %w", file, err)
}

func readInput(cmd *cobra.Command, file string) ([]byte, error) {
	in := cmd.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no file %s: name the file that was saved, or - for standard input", file)
		}
		if err != nil {
			return nil, fmt.Errorf("read what to import: %w: name a file that you may read", err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, mostImported+1))
	if err != nil {
		return nil, fmt.Errorf("read what to import: %w: name a file, or - for standard input", err)
	}
	if len(data) > mostImported {
		return nil, fmt.Errorf("%s is larger than %d MB: record only the journey itself", file, mostImported>>20)
	}
	return data, nil
}

// finish writes or prints the proposal, and says on the error output what is
// missing and what to do next: a pipe gets the file alone.
func (from *importing) finish(cmd *cobra.Command, p importer.Proposal, err error) error {
	if err != nil {
		return err
	}
	errOut := cmd.ErrOrStderr()
	if from.output == "" {
		fmt.Fprint(cmd.OutOrStdout(), p.TOML)
	} else if err := writeNew(from.output, p.TOML); err != nil {
		return err
	}
	for _, warning := range p.Warnings {
		fmt.Fprintf(errOut, "not taken over: %s\n", warning)
	}
	if from.output == "" {
		return nil
	}
	fmt.Fprintf(errOut, "wrote %s\nnext: ", from.output)
	if len(p.Variables) > 0 {
		fmt.Fprintf(errOut, "export %s=..., then ", strings.Join(p.Variables, "=... "))
	}
	fmt.Fprintf(errOut, "forewarn once -c %s\n", from.output)
	return nil
}
