// Package report reckons the dealership's figures from facts that were stored: calls, and counts of tickets and callbacks.
//
// Each figure is a [Measure] and is defined here, once: its numerator, its denominator, and the key of the text that says so to
// people. A [Sum] keeps both, so that figures of several days, queues or dealerships can be added, which percentages cannot.
//
// Calls are counted in the quarter of an hour in which they entered the queue, half-open: 09:00 ≤ t < 09:15. A call of the box
// itself or of an agent counts when it began. Nothing is kept but the sums: a [Table] takes calls one by one, in any order, and
// needs the room of its rows however many calls there are.
//
//	record → Call → Table.Add → row of its queue, agent, day … ┐
//	                                                           ├→ Sum{N, D} per measure → value
//	                                              total of all ┘
package report
