package settings

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/calls/voicemail"
)

// Voicemail is where callers leave messages.
type Voicemail struct {
	Boxes    []voicemail.Box `json:"boxes"`
	KeepDays int             `json:"keep_days,omitempty"` // of messages that are not deleted; 0: for ever
	MaxMB    int             `json:"max_mb,omitempty"`    // that all messages may take; 0: as the disk has room
}

// Rule is how long messages are kept, and how many.
func (v Voicemail) Rule() voicemail.Rule {
	const day = 24 * time.Hour
	return voicemail.Rule{Keep: time.Duration(v.KeepDays) * day, Space: int64(v.MaxMB) << 20}
}

func (d *Document) hasBox(number string) bool {
	return slices.ContainsFunc(d.Voicemail.Boxes, func(b voicemail.Box) bool { return b.Number == number })
}

// The bounds of voicemail.
const (
	maxBoxes = 1000
	maxDays  = 3650
	maxSpace = 1 << 20 // a tebibyte, in mebibytes
	leastPIN = 4
	mostPIN  = 12
)

// checkVoicemail checks the boxes for messages.
func (c *checker) checkVoicemail() {
	v := c.d.Voicemail
	if v.KeepDays < 0 || v.KeepDays > maxDays {
		c.add("voicemail.keep_days", "is not from 0 to %d", maxDays)
	}
	if v.MaxMB < 0 || v.MaxMB > maxSpace {
		c.add("voicemail.max_mb", "is not from 0 to %d", maxSpace)
	}
	if len(v.Boxes) > maxBoxes {
		c.add("voicemail.boxes", "are more than %d", maxBoxes)
	}
	numbers, owners := map[string]bool{}, map[string]bool{}
	for i, b := range v.Boxes {
		path := fmt.Sprintf("voicemail.boxes[%d]", i)
		if b.Number == "" || len(b.Number) > 8 || strings.Trim(b.Number, "0123456789") != "" {
			c.add(path+".number", "%q is not a number of up to 8 digits", b.Number)
		}
		if numbers[b.Number] {
			c.add(path+".number", "%s is there twice", b.Number)
		}
		if b.Extension != "" && owners[b.Extension] {
			c.add(path+".extension", "%s has another box", b.Extension)
		}
		numbers[b.Number], owners[b.Extension] = true, true
		c.checkBox(path, b)
	}
}

func (c *checker) checkBox(path string, b voicemail.Box) {
	if b.Extension != "" && !c.d.hasExtension(b.Extension) {
		c.add(path+".extension", "there is no extension %s", b.Extension)
	}
	if c.d.hasExtension(b.Number) && b.Extension != b.Number {
		c.add(path+".number", "%s is an extension whose box this is not", b.Number)
	}
	if b.Queue != "" && !c.hasQueue(b.Queue) {
		c.add(path+".queue", "there is no queue %q", b.Queue)
	}
	if n := len(b.PIN); n != 0 && (n < leastPIN || n > mostPIN || strings.Trim(b.PIN, "0123456789") != "") {
		c.add(path+".pin", "is not of %d to %d digits", leastPIN, mostPIN)
	}
	if b.PIN == "" && len(b.Phones()) == 0 {
		c.add(path+".pin", "is needed, or nobody can hear the messages: no phone is the box's own")
	}
	if b.Greeting != "" && c.has != nil && !c.has(c.d.Dealership.Language, b.Greeting) {
		c.add(path+".greeting", "there is no recording %q", b.Greeting)
	}
	if s := b.MaxSeconds; s != 0 && (s < 10 || s > 1800) {
		c.add(path+".max_seconds", "is neither 0 nor from 10 to 1800")
	}
	if m := b.MaxMessages; m < 0 || m > 1000 {
		c.add(path+".max_messages", "is not from 0 to 1000")
	}
	if m := b.MaxMinutes; m < 0 || m > 6000 {
		c.add(path+".max_minutes", "is not from 0 to 6000")
	}
	if _, ok := c.d.InternalTarget(b.Operator); b.Operator != "" && !ok {
		c.add(path+".operator", "%s is neither an extension nor an internal number", b.Operator)
	}
	for i, e := range b.Notify {
		if !c.d.hasExtension(e) {
			c.add(fmt.Sprintf("%s.notify[%d]", path, i), "there is no extension %s", e)
		}
	}
}
