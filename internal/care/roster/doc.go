// Package roster knows who is on duty: on-call lists by time, who holds a role now, and who should drive out to a
// breakdown. It is pure; it knows neither telephones nor the store.
//
//	Person     somebody who may be called: role, department, skills, where he starts from, when he is away
//	Duty       an on-call list: shifts of the week, shifts on dates, and days that are worked differently
//	Roster     the settings made ready to ask: who is on duty, holds a role, may own tickets, could drive out
//	Job        what somebody has to drive out for: the skill it takes, and where
//	Place      a position as it was typed or pasted, with the datum its numbers are in
//
// A shift may cross midnight: it belongs to the day it begins on, and so does what replaces it. Times are of the wall
// clock in the dealership's zone, so that a night in which it is put back is an hour longer. Who is away is on no
// list, whatever the list says.
//
// Whoever holds a role is found among the people, or on a list that is kept for the role. When nobody does, the next
// superior takes it:
//
//	agent → team lead → CRM manager → service director → general manager
//	                 technician ──────────┘
//
// Distances are along the great circle, in km. Maps in China show positions in GCJ-02, some hundred metres off
// WGS-84, and Baidu's in BD-09 on top of it; what is typed is kept, and converted to reckon with.
package roster
