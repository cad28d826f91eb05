// Package station is what the user of a phone has decided about its calls: do not disturb, and where they go instead,
// always, when the phone is busy, or when nobody takes it up. It is set at the phone by feature codes, or at a screen.
package station
