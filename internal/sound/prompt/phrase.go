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
	KindDate           // a day: "November twenty-second", 十一月二十二日
	KindClock          // a time of day: "two oh five p m", 十四点零五分
	KindMessage        // what somebody has left in a voicemail box; [Library.Render] leaves it to who keeps messages
)

// Phrase is one thing to say. Which recordings say it depends on the language and is decided by [Library.Render].
type Phrase struct {
	Kind     Kind          `json:"kind"`
	ID       string        `json:"id,omitempty"`     // KindRecording, KindMessage
	N        int           `json:"n,omitempty"`      // KindNumber, KindPosition
	Digits   string        `json:"digits,omitempty"` // KindDigits
	Duration time.Duration `json:"duration,omitempty"`
	At       time.Time     `json:"at,omitzero"`        // KindDate, KindClock, in the zone in which it is said
	Language string        `json:"language,omitempty"` // said in this one, whatever the call's is
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

// Date says the day of t.
func Date(t time.Time) Phrase { return Phrase{Kind: KindDate, At: t} }

// Clock says the time of day of t, in hours and minutes.
func Clock(t time.Time) Phrase { return Phrase{Kind: KindClock, At: t} }

// Message says what was left in a voicemail box, by its id.
func Message(id string) Phrase { return Phrase{Kind: KindMessage, ID: id} }
