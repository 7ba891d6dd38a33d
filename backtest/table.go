package backtest

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// table reads a CSV file, plain or gzipped by its name, row by row. Columns
// are found by their names in the first row, in any order.
type table struct {
	name    string
	file    *os.File
	csv     *csv.Reader
	columns map[string]int
	row     []string // valid until the next next
}

func openTable(name string) (*table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	t := &table{name: name, file: f, columns: map[string]int{}}
	if err := t.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", name, err), f.Close())
	}
	return t, nil
}

// begin reads the names of the columns.
func (t *table) begin() error {
	var r io.Reader = t.file
	if strings.HasSuffix(t.name, ".gz") {
		unzipped, err := gzip.NewReader(t.file)
		if err != nil {
			return err
		}
		r = unzipped
	}
	t.csv = csv.NewReader(r)
	t.csv.ReuseRecord = true
	names, err := t.csv.Read()
	if err == io.EOF {
		return errors.New("the file is empty: it begins with the names of its columns")
	}
	for i, name := range names {
		t.columns[strings.TrimPrefix(name, "\ufeff")] = i
	}
	return err
}

// need makes sure that there are such columns.
func (t *table) need(columns ...string) error {
	for _, c := range columns {
		if _, there := t.columns[c]; !there {
			return fmt.Errorf("read %s: it has no column %s: see predict/testdata/corpus/SCORING.md", t.name, c)
		}
	}
	return nil
}

// next reads one more row. The error is io.EOF after the last one.
func (t *table) next() (err error) {
	t.row, err = t.csv.Read()
	if err != nil && err != io.EOF {
		err = fmt.Errorf("read %s: %w", t.name, err)
	}
	return err
}

// text is one field of the row; "" if there is no such column.
func (t *table) text(column string) string {
	if i, there := t.columns[column]; there {
		return t.row[i]
	}
	return ""
}

// explain says where in the file err is about.
func (t *table) explain(err error) error {
	line, _ := t.csv.FieldPos(0)
	return fmt.Errorf("%s:%d: %w", t.name, line, err)
}

// Close lets go of the file.
func (t *table) Close() error { return t.file.Close() }
