package prompt

import "time"

// Kind says how a [Phrase] is spoken.
type Kind uint8

// The kinds of phrase.
const (
	_             Kind = iota
	KindRecording      // one recording, by its id
	KindNumber         // a whole number: "twelve", 十二
	KindDigits         // digit by digit: "one two", 一二 (telephone numbers, with 幺 for 1 in Chinese)
	KindDuration       // a length of time: "two minutes", 两分钟
	KindPosition       // a place in a queue: "second", 第二位
)

// Phrase is one thing to say. Which recordings say it depends on the language and is decided by [Library.Render].
type Phrase struct {
	Kind     Kind          `json:"kind"`
	ID       string        `json:"id,omitempty"`     // KindRecording
	N        int           `json:"n,omitempty"`      // KindNumber, KindPosition
	Digits   string        `json:"digits,omitempty"` // KindDigits
	Duration time.Duration `json:"duration,omitempty"`
}

// Recording says the recording with this id, for example "welcome".
func Recording(id string) Phrase { return Phrase{Kind: KindRecording, ID: id} }

// Number says n as a whole number.
func Number(n int) Phrase { return Phrase{Kind: KindNumber, N: n} }

// Digits says s digit by digit.
func Digits(s string) Phrase { return Phrase{Kind: KindDigits, Digits: s} }

// Duration says d in minutes and seconds.
func Duration(d time.Duration) Phrase { return Phrase{Kind: KindDuration, Duration: d} }

// Position says n as a place in a queue.
func Position(n int) Phrase { return Phrase{Kind: KindPosition, N: n} }
