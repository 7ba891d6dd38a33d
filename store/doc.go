// Package store keeps everything in one SQLite file: runs, incidents,
// forecasts and the outbox.
package store
