// Package settings is what the dealership decides: phones, trunks, agents, queues, menus, hours, routes, lists. It is
// one JSON document, described in docs/settings.md, that is checked as a whole before anything changes.
//
// [Parse] reads and checks a document and returns every problem with its path ("queues[2].strategy"). A [Keeper]
// holds the one in force: it stores each version, hands it to those who work by it, and can go back. A document that
// does not pass changes nothing.
package settings
