//go:build race

package fxo_test

// simulatedCalls is how many calls the simulation makes; the race detector makes each fifteen times as dear.
const simulatedCalls = 30
