// Package golden holds what a test got against a file that is kept beside it.
// Only tests import it.
package golden
