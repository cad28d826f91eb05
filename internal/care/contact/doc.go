// Package contact decides about reaching a customer: what an attempt counts for, when the next one is due, and when the
// dealership may say that somebody cannot be reached. It is pure; tickets and callback tasks share it.
//
// Attempts count by time slots: a part of one day, such as the morning of 22 November. Three calls within ten minutes are one
// slot, and prove nothing. After as many slots as the plan asks for in vain the customer is unreachable, which is an
// outcome of its own and never the same as done.
package contact
