// Package strategy chooses among agents who could all take the same call.
//
// It comes last: who may take the call at all (skills, tiers, status) and who should have it for the caller's sake
// (the owner of a ticket, the agent spoken with before) is decided before, by package acd. What is left here are
// agents of equal standing, and a pure choice between them.
//
//	ring_all            everybody at once, the first to answer has the call
//	ring_progressive    one, and one more at each interval, while the earlier ones go on ringing
//	longest_idle        who has been free for the longest time
//	round_robin_memory  the next in order after whoever was asked last, also across calls
//	linear              always from the top of the order
//	fewest_calls        who has answered the fewest calls of this queue
//	least_talk_time     who has talked least for this queue
//	random              anybody
//	weighted_random     anybody, in proportion to the weights
package strategy
