// Package link makes the addresses by which people outside answer without an account: a technician about a job, a customer
// about who comes, or about how it was.
//
// Whoever has the address may do what it is for, to one ticket or one task, until it expires; so its token cannot be guessed
// (130 bits), only its hash is kept, and what it is for is looked at anew each time: a job that another technician has got, or
// a ticket that was closed, is no longer to be had by it.
package link
