// Package guard counts what strangers get wrong and decides who is not listened to for a while.
//
// Two things are counted in a window of ten minutes: failures by source address and failures by user name. What
// follows depends on the source:
//
//	source          after          then                                   for
//	public          10 failures    every packet is dropped unread         15 min
//	LAN, loopback   50 failures    one REGISTER or password a second      2 min
//	user name       30 failures    wrong from any other address than      5 min
//	                               the one where the user is registered
//
// A colleague with an old password in the phone is thus slowed down and visible, never locked out in silence,
// and nobody can lock the owner of a number out by guessing at it. Every ban is listed by [Guard.Bans], logged
// by its caller, and lifted by [Guard.Unban] or by time. Memory is bounded: past [maxTracked] sources the
// least recently seen half is forgotten.
package guard
