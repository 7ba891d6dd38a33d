// Package golden holds what a test got against a file that is kept beside it,
// and collects the words of our sources for such files. Only tests import it.
package golden
