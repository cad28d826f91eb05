// Package live brings the news of the box to those who watch it: consoles, wallboards, programs of others.
//
// A [Hub] numbers what is published and keeps the last [Kept] events. Each watcher reads from there at its own pace:
// nothing is kept for a watcher, so a slow one costs nothing and holds up nobody. One that comes back names the last
// event it has seen and gets what it missed; when that is no longer kept (it was away too long, or the box was
// restarted) it is told to read everything anew.
//
// An event carries a topic, which a watcher asks for and needs a permission for, and may be for one agent alone: then
// nobody else's watcher ever sees it.
package live
