// Package fault gives every error that a person or a machine may see a code and a translation key.
//
// The code says what kind of failure it is and is mapped once to an HTTP status (edge/web) and once to a
// SIP status (lines/sipua). The key names the message in the zh-CN and en dictionaries. An error without a
// code counts as [Internal]: it is logged for operators and shown to users as nothing more than that.
package fault
