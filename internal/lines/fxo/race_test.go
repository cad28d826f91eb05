//go:build race

package fxo_test

import "time"

// simulatedCalls is how many calls the simulation makes; the race detector makes each fifteen times as dear.
const simulatedCalls = 30

// talked is how much talk is listened to.
const talked = 6 * time.Minute
