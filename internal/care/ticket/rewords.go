package ticket

// GatherWords writes what a ticket is found by, from what it and its history say, unless that is there: of tickets that a program
// wrote which knew only the words of subjects.
func GatherWords(tx Tx, t Ticket) error {
	if _, ok, err := tx.Words.Get(t.ID); ok || err != nil {
		return err
	}
	return (&Edit{tx: tx}).gather(t)
}
