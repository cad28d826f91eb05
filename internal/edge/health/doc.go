// Package health says how the box does, and what somebody should see to, for the page of that name.
//
// [Facts] are what was measured at a moment; [Problems] is a pure function of them: what is wrong, how bad it is, and
// since when. The words for people, and what to do about it, are the console's, by the problem's code. [Ring] keeps the
// last lines of the log in memory, and [Bundle] packs all of it for whoever helps from afar, with numbers masked.
package health
