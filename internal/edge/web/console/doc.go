// Package console serves the console's files to browsers: packed as they were built, kept for ever where their name tells
// their content, and asked for anew at each visit where it does not.
package console
