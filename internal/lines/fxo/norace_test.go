//go:build !race

package fxo_test

// simulatedCalls is how many calls the simulation makes.
const simulatedCalls = 400
