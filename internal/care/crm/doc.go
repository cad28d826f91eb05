// Package crm keeps the dealership's customers and vehicles: who calls, which car, what was done to it.
//
// The nouns:
//
//	Customer   a person or a company, with phones, tags and consent
//	Vehicle    by VIN or plate or both; its owner and users are customers; readings of its odometer
//	Visit      summary of a repair order, imported from the dealer management system
//	Relation   two customers of one household, or of one fleet
//	Merging    two records of one customer became one; everything needed to undo it
//	Review     two records that may be one customer: people decide
//	Value      what a customer is worth: A to F, reckoned from visits
//
// [Book] is the service. It reads and writes through [Books], which the store implements: one transaction for one
// change, under the revision that the writer read. [Book.Find] finds by any phone, plate, VIN or name, whole or in
// part, by seeks in sorted indexes whose keys this package makes (terms.go), never by a scan.
//
// Rules that people may look up: the odometer's reading on any day (mileage.go), warranty and next service (warranty.go),
// who is the same customer (duplicates.go), what a customer is worth (value.go).
//
// Times are UTC, money is in fen, distances are in km. The package knows nothing of telephony.
package crm
