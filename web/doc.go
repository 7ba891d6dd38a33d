// Package web shows what forewarn knows over HTTP: health, readiness and
// metrics. It reads; the few things it may do, such as a reload, are functions
// that its maker gives it.
package web
