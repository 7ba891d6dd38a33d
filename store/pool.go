package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"

	"github.com/mattn/go-sqlite3"
)

// The settings of every connection. They stand in the DSN, or in the hook
// that runs on each new connection: a PRAGMA sent through the pool would
// reach one connection of several.
//
// The file is made before SQLite opens it, so no mode may create one. The
// driver's default in WAL mode is synchronous=NORMAL, which loses
// acknowledged commits at a power cut.
const (
	writerSettings = "mode=rw&_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_foreign_keys=on" +
		"&_txlock=immediate&_cache_size=-8192&_stmt_cache_size=64"
	ephemeralSettings = "mode=rw&_journal_mode=WAL&_synchronous=OFF&_busy_timeout=5000&_foreign_keys=on" +
		"&_txlock=immediate&_cache_size=-8192&_stmt_cache_size=64"
	readerSettings = "mode=ro&_query_only=on&_busy_timeout=5000&_foreign_keys=on&_cache_size=-4096&_stmt_cache_size=32"
	copierSettings = "mode=ro&_busy_timeout=5000&_cache_size=-4096" // VACUUM INTO needs to write its copy
)

// hookSettings have no place in the DSN.
const hookSettings = `
PRAGMA journal_size_limit = 67108864; -- bytes of WAL that are kept after a checkpoint
PRAGMA temp_store = MEMORY;
PRAGMA mmap_size = 0;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;`

const (
	readers = 4 // connections that read at the same time

	oldestSQLite     = 3051003 // earlier ones can corrupt a WAL database that two connections write
	oldestSQLiteName = "3.51.3"
)

// connector opens connections to one file with one set of settings, without
// registering a driver for the whole process.
type connector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// openPool makes a pool of at most size connections. It does not connect.
func openPool(path, settings string, size int) *sql.DB {
	pool := sql.OpenDB(connector{dsn(path, settings), &sqlite3.SQLiteDriver{
		ConnectHook: func(c *sqlite3.SQLiteConn) error {
			_, err := c.Exec(hookSettings, nil)
			return err
		},
	}})
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return pool
}

// dsn is the URI of the absolute path. Percent, question mark and hash would end the path.
func dsn(path, settings string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings
}

// checkSQLite refuses a SQLite that is known to damage databases like ours.
func checkSQLite() error {
	if name, number, _ := sqlite3.Version(); number < oldestSQLite {
		return fmt.Errorf("this binary holds SQLite %s: build it with %s or newer", name, oldestSQLiteName)
	}
	return nil
}
