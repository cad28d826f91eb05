// Package link serves the pages below /l/ to people outside who have no account: a technician's word about a job, a customer's
// answers, and who is on the way. Who may do what is in the address itself (care/link); the pages need no script and no cookie,
// fit a telephone, and load nothing from elsewhere.
//
//	GET  /l/{token}   the page, as things stand now
//	POST /l/{token}   one action (accept, decline, arrived, completed, photo, call; answers) ─► 303 to the page
//
// An address that never was, has expired, or whose ticket is closed or another one's by now gets one and the same answer.
package link
