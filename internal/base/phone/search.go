package phone

// How many digits a number has: from those of emergency calls to the 15 of E.164 with a prefix before them.
const (
	shortest = 3
	longest  = 20
)

// Valid reports whether a normalised number can be dialled: 3 to 20 digits, with or without a + before them.
func Valid(number string) bool {
	if number != "" && number[0] == '+' {
		number = number[1:]
	}
	if len(number) < shortest || len(number) > longest {
		return false
	}
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return false
		}
	}
	return true
}

// Reversed is a number from its end, so that its tail is a beginning: "87650010831" for 13801005678.
func Reversed(number string) string {
	out := []byte(number)
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return string(out)
}

// Local is a Chinese landline number without its area code, as it is shown on calls within a city; empty for other
// numbers.
func Local(number string) string {
	switch {
	case len(number) < 10 || len(number) > 12 || number[0] != '0':
		return ""
	case number[1] == '1' || number[1] == '2': // 010, 021 … 029: two digits after the 0
		return number[3:]
	}
	return number[4:]
}
