package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/forewarn/forewarn/config"
	"github.com/forewarn/forewarn/store"
)

// desk is what the commands share that work on the database, beside an agent
// that may be running: how to open it, and how to print.
type desk struct {
	file   string
	asJSON bool
}

// flags adds which configuration, and whether to print JSON.
func (d *desk) flags(cmd *cobra.Command) {
	cmd.PersistentFlags().StringVarP(&d.file, "config", "c", "", "configuration file (default: $FOREWARN_CONFIG, ./forewarn.toml, ...)")
	cmd.PersistentFlags().BoolVar(&d.asJSON, "json", false, "print as JSON; null is unknown or never")
}

// open runs do with the database of the configuration.
func (d *desk) open(cmd *cobra.Command, do func(*store.DB, config.Config) error) (err error) {
	c, err := loadBare(d.file)
	if err != nil {
		return err
	}
	db, err := store.Attach(cmd.Context(), c.Agent.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return do(db, c)
}

// print writes v as JSON if that is asked for, or as text does.
func (d *desk) print(cmd *cobra.Command, v any, text func(io.Writer)) error {
	if !d.asJSON {
		text(cmd.OutOrStdout())
		return nil
	}
	return writeJSON(cmd.OutOrStdout(), v)
}

// writeJSON writes v for a program that is read by people, too.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
