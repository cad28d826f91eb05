// Package e2e proves the product from outside: the real program is built, started as a process of its own with its
// own data, and spoken to by phones.
//
// Three kinds of peer call it and are called by it: baresip and sipp, which others wrote, and a small phone made for
// these tests, which keeps the time of every packet. Each box lives on loopback addresses of its own, so that tests
// run side by side. What is read back comes from the command line, /metrics and files, as an operator would.
package e2e
