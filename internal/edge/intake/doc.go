// Package intake takes whole lists in and gives them out: customers, vehicles and visits from the files that a dealer
// management system or a spreadsheet makes, and back into such files.
//
// A file is stored first; what its columns mean is guessed from their headings and can be corrected. A dry run says what
// would happen, row by row. An import writes in batches, each one transaction with the place it has reached, so that it
// goes on behind the last batch when the box was stopped. Bad rows are left out and listed in a file with line, column and
// reason. What an import created or changed is noted with the state before, and can be undone as a whole, except where
// somebody changed it since.
//
//	uploaded ──dry run──► checking ──► checked ──┐
//	    │                     │                  │ start
//	    └────────start────────┼──────► running ◄─┘
//	                          ▼           │ end of file          undo
//	                       failed ◄───────┼──────► done ───────► undoing ──► undone
//	                          ▲ file bad  │ cancel   ▲              │
//	                          └───────────┴─► cancelled ──── undo ──┘
//
// Rows of all kinds may hold a customer, a vehicle and a visit at once, as the lists that people have do.
package intake
