// Package importer turns what a team already has into journeys: a recording of
// a browser (HAR), a curl command line, an OpenAPI document.
//
//	bytes -> journeys (har.go, curl.go, openapi.go) -> TOML (render.go, toml.go)
//
// It knows the configuration file only as text, so that what it proposes is
// read by people first and by forewarn afterwards. Whatever it guessed stands
// in the file as a comment, what it left out is counted there, and no
// credential of the input is ever written: it becomes a secret, ${NAME}.
package importer
