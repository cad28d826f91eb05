// Package caller does what outreach does by itself: it sends the SMS of tasks, and calls the customers whom the box asks by
// telephone.
//
// What is under way is written down before it is done, so that a box that loses power forgets nothing. An SMS that was sent in the
// instant of the loss may be sent once more:
//
//	SMS    a try is noted with a lease of two minutes ─► sent ─► what came of it. Without an end it is tried again.
//	call   the task is taken by the box ─► the customer is called ─► the record of the call says what came of it, in its
//	       own transaction. A call that never was gives the task back; so does a quarter of an hour without a record.
//
// [Caller] is one actor; what waits for others runs in goroutines of its own, of which there are only so many, and none calls
// a number that another one is calling. It knows neither telephony nor networks: [Texter] and [Dialer] are declared here.
package caller
