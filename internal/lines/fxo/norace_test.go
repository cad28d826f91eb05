//go:build !race

package fxo_test

import "time"

// simulatedCalls is how many calls the simulation makes.
const simulatedCalls = 400

// talked is how much talk is listened to.
const talked = 2 * time.Hour
