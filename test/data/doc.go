// Package data makes a dealership's data of any size, for benchmarks and proofs: customers, vehicles, visits and call
// records that look like those of a Chinese city, none of which are anybody's.
//
// A [Dealership] is a seed and sizes. Each record is made from the seed and its number alone, so that any of them can be
// made again, alone and in any order, and the same seed gives the same data on every machine. Shares (households that
// share a number, new-energy plates, fleets, strangers who call) are constants beside what they are shares of.
package data
