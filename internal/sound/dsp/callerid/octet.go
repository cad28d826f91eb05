package callerid

// octetReader reads asynchronous characters, 8N1, from soft bits, one each sample.
type octetReader struct {
	reading bool
	broken  bool    // a stop bit was missing, or the carrier
	clock   float64 // samples until the middle of the next bit, counted from this sample
	bit     int     // 0 start, 1–8 data, 9 stop
	octet   byte
}

// take takes in the soft bit of one sample and that of the sample before, and returns an octet when its stop bit was
// seen.
func (o *octetReader) take(before, soft float64) (b byte, ok bool) {
	if !o.reading {
		if before > 0 && soft <= 0 {
			// The edge lies between the two samples; the middle of the start bit half a bit after it.
			past := soft / (soft - before) // samples since the edge, 0 … 1
			if soft == 0 {
				past = 0
			}
			o.reading, o.bit, o.octet, o.clock = true, 0, 0, bitLength/2-past
		}
		return 0, false
	}
	o.clock--
	if o.clock > 0 {
		return 0, false
	}
	// The bit's middle lies between the samples.
	v := soft + o.clock*(soft-before)
	o.clock += bitLength
	switch {
	case o.bit == 0:
		o.reading = v < 0
	case o.bit <= 8:
		o.octet >>= 1
		if v > 0 {
			o.octet |= 0x80
		}
	default:
		o.reading = false
		o.broken = v <= 0
		return o.octet, v > 0
	}
	o.bit++
	return 0, false
}

// finder keeps the octets read last and looks for a message that ends with the newest.
type finder struct {
	octets [2 * (maxBody + 3)]byte
	n      int
}

// take takes in an octet and returns the message that it completes, nil if there is none.
func (f *finder) take(b byte) []byte {
	if f.n == len(f.octets) {
		f.n = copy(f.octets[:], f.octets[f.n-maxBody-3:])
	}
	f.octets[f.n] = b
	f.n++
	for i := max(0, f.n-maxBody-3); i+2 < f.n; i++ {
		m := f.octets[i:f.n]
		if (m[0] != typeSDMF && m[0] != typeMDMF) || len(m) != int(m[1])+3 || sum(m) != 0 || !plausible(m) {
			continue
		}
		f.n = 0
		return m
	}
	return nil
}

// plausible tells a message from noise whose checksum happens to be right.
func plausible(m []byte) bool {
	body := m[2 : len(m)-1]
	if m[0] == typeSDMF {
		var t Message
		return len(body) > timeLength && t.readTime(body[:timeLength])
	}
	known := false
	for len(body) > 0 {
		if len(body) < 2 || len(body) < 2+int(body[1]) {
			return false
		}
		known = known || body[0] == paramNumber || body[0] == paramNumberAbsence || body[0] == paramName || body[0] == paramTime
		body = body[2+int(body[1]):]
	}
	return known
}
