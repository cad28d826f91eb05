// Package api is the box's HTTP API: for the console, for headquarters, for programs of others.
//
// A resource is a file. To add one:
//
//  1. Declare its types: what is shown (User), inputs (createUserInput, with path:, query:, header: and Body) and outputs
//     (userOutput, with Body and header:). Field names are snake_case; slices have nullable:"false"; texts have maxLength.
//  2. Write a function of type [Resource] that calls [Add] for each operation, and name it in resources (a resource of
//     another package goes to [New] as one more). An operation says who may: a permission of edge/account, or [Public],
//     [SignedIn], [Self]. New fails without one.
//  3. Write the handlers as methods of API. They return faults: base/fault's codes become statuses, keys become texts of
//     edge/web/text (a test misses them), fault.Fields becomes errors with "body." before each path.
//  4. Run go test ./internal/edge/web/api -update: it writes api/openapi.json anew, and the table of who may do what
//     (testdata/access.txt), in which the new lines are then looked at. Both are committed.
//
// What a handler finds made for it: [CallerOf] says who asks and what they may; [ByOf] is the store.By of its writes, which
// audits them, and API.note audits what changes no record (a listening, an export); [Paging], paged, encodeCursor and
// decodeCursor make pages; [IfMatch] and [ETag] keep two people from overwriting each other (428 without, 412 when stale,
// and the store's own 409 in a race). A list of the settings is one declaration in lists.go. A stream declares its
// operation by API.operation and registers with huma itself; it gets at net/http by humago.Unwrap.
//
//	request → id, language → headers → panic → rate (source) → cross-site → UTF-8 → session
//	        → operation: who asks, may they, rate (user) → Idempotency-Key → reading and checking → handler
//
// An Idempotency-Key on a POST has its answer kept for a day, beside what the handler wrote and not with it: after a
// power cut between the two the request is worked on again.
package api
