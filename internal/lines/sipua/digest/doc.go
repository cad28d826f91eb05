// Package digest is SIP's password check (RFC 3261 §22, RFC 7616, RFC 8760) from both sides: [Checker] issues
// challenges and judges answers, [Answer] answers somebody else's challenge.
//
// A nonce is no stored thing: it carries its own time of issue under a key that lives as long as the program,
// so a flood of requests costs no memory. What is stored, and bounded, is the use count of nonces that were
// answered with the right password. Time is the monotonic time since the program started: a jump of the wall
// clock neither ages nor revives a nonce.
package digest
