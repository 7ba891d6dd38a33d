// Package config turns the configuration file into the values that the other
// rooms work with. It is the only room that knows TOML.
//
//	bytes -> tree of values with places -> tables of the file -> Config
//	         (build.go)                    (decode.go, keys.go)  (journey.go, limit.go ...)
//
// Every step reports what is wrong into the same findings and goes on, so
// that one look at the file names all its errors, each with its place, the
// line, a caret and what to do. Nothing that the file calls secret ever
// appears in them.
//
// [Load] reads a file, [Find] looks for one, [Keys] lists every key there is,
// [Config.Readiness] says what a configuration will and will not show.
package config
