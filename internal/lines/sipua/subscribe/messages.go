package subscribe

import "fmt"

// MessagesType is the media type of a message summary (RFC 3842 §5.2).
const MessagesType = "application/simple-message-summary"

// Messages is how many voice messages wait in a box.
type Messages struct{ New, Old int }

// Summary writes a message summary (RFC 3842 §5.2) of the mailbox account, an address. The counts of urgent ones,
// which phones expect, are always 0.
func Summary(account string, m Messages) []byte {
	waiting := "no"
	if m.New > 0 {
		waiting = "yes"
	}
	return fmt.Appendf(nil, "Messages-Waiting: %s\r\nMessage-Account: %s\r\nVoice-Message: %d/%d (0/0)\r\n",
		waiting, account, max(0, m.New), max(0, m.Old))
}
