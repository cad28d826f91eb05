// Package dialplan says who may call out, where to and how much: numbers fall into classes, a class may be barred, bound
// to hours, to a PIN, to so many calls at once and so many minutes a day, and single phones may be kept from it. Emergency numbers are bound to nothing.
package dialplan
