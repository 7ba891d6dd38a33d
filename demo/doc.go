// Package demo is a small web shop that runs on loopback and gets into
// trouble: what `forewarn demo` watches. It knows nothing of forewarn.
//
//	[NewStory] draws what will go wrong, and when, from a seed;
//	[Shop] is the http.Handler that lives it.
package demo
