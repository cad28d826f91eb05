// Package account knows who may do what on the box: people with a role, their sessions, machines with a token, and how
// the very first of them gets in.
//
//	who asks        proves it by                         may do
//	a person        login, password, TOTP if enrolled    what the role grants       ([Grants])
//	a machine       a token, shown once when it is made  its scopes, as far as the owner's role still grants them
//	nobody yet      the setup code, until there is an    make the first administrator
//	                administrator
//
// Records lie in four tables. People and tokens are audited field by field; what proves them (password hashes, TOTP
// secrets, hashes of tokens) lies apart in a table that is not, so that no secret gets into the audit. Sessions lie in a
// table of their own under a hash of the cookie. All four are of this box only.
//
// Wrong passwords lock a login out for the address they came from, never for others ([Lockouts]). Hashing is bounded to
// two at a time, so that a flood of sign-ins cannot take the memory or the processors that calls need.
package account
