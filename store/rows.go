package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// scanner takes the columns of one row.
type scanner func(dest ...any) error

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// longestRead bounds how long one query may keep the write-ahead log from
// being folded back into the database.
const longestRead = 5 * time.Second

// collect reads all rows of a query, then lets go of the connection.
func collect[T any](ctx context.Context, q querier, read func(scanner) (T, error), query string, args ...any) (all []T, err error) {
	ctx, cancel := context.WithTimeout(ctx, longestRead)
	defer cancel()
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := read(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// first reads the first row of a query; false if there is none.
func first[T any](ctx context.Context, q querier, read func(scanner) (T, error), query string, args ...any) (one T, found bool, err error) {
	all, err := collect(ctx, q, read, query+" LIMIT 1", args...)
	if err != nil || len(all) == 0 {
		return one, false, err
	}
	return all[0], true, nil
}

func scanText(scan scanner) (text string, err error) {
	err = scan(&text)
	return text, err
}

// nullMilli is t in unix milliseconds; NULL if it is zero.
func nullMilli(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

func milliTime(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// secondsMilli turns the unix seconds of a forecast into unix milliseconds.
func secondsMilli(seconds float64) int64 { return int64(math.Round(seconds * 1000)) }

// nullNumber is the number of an incident; NULL if there is none.
func nullNumber(n int64) sql.NullInt64 { return sql.NullInt64{Int64: n, Valid: n != 0} }

func toJSON(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(text), nil
}

func fromJSON[T any](text string) (v T, err error) {
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return v, fmt.Errorf("decode %T: %w", v, err)
	}
	return v, nil
}
