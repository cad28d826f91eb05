package dsp

// SampleRate is the rate of all sound in this package, in samples a second.
const SampleRate = 8000

// The octets of silence: the smallest positive value of either law.
const (
	SilenceALaw  = 0xD5
	SilenceMuLaw = 0xFF
)

// Tables of ITU-T G.711. A-law keeps 13 bits of a sample and µ-law 14, so the encoders are indexed by
// the sample's upper bits.
//
//nolint:gochecknoglobals // constant tables
var (
	alawToLinear  = table256(expandALaw)
	mulawToLinear = table256(expandMuLaw)
	linearToALaw  = alawEncoder()
	linearToMuLaw = mulawEncoder()
	alawToMuLaw   = lawToLaw(aToMu(), 0xD5, 0xFF)
	mulawToALaw   = lawToLaw(muToA(), 0xFF, 0xD5)
)

// DecodeALaw expands one A-law octet.
func DecodeALaw(a byte) int16 { return alawToLinear[a] }

// DecodeMuLaw expands one µ-law octet.
func DecodeMuLaw(u byte) int16 { return mulawToLinear[u] }

// EncodeALaw compresses one sample to A-law.
func EncodeALaw(s int16) byte { return linearToALaw[uint16(s)>>3] }

// EncodeMuLaw compresses one sample to µ-law.
func EncodeMuLaw(s int16) byte { return linearToMuLaw[uint16(s)>>2] }

// ExpandALaw decodes src into dst, as many samples as the shorter of them holds.
func ExpandALaw(dst []int16, src []byte) {
	n := min(len(dst), len(src))
	dst, src = dst[:n], src[:n]
	for i, a := range src {
		dst[i] = alawToLinear[a]
	}
}

// CompressALaw encodes src into dst, as many samples as the shorter of them holds.
func CompressALaw(dst []byte, src []int16) {
	n := min(len(dst), len(src))
	dst, src = dst[:n], src[:n]
	for i, s := range src {
		dst[i] = linearToALaw[uint16(s)>>3]
	}
}

// MuLawToALaw turns µ-law octets into A-law by table 4 of G.711. dst and src may be the same slice.
func MuLawToALaw(dst, src []byte) {
	n := min(len(dst), len(src))
	dst, src = dst[:n], src[:n]
	for i, u := range src {
		dst[i] = mulawToALaw[u]
	}
}

// ALawToMuLaw turns A-law octets into µ-law by table 3 of G.711. dst and src may be the same slice.
func ALawToMuLaw(dst, src []byte) {
	n := min(len(dst), len(src))
	dst, src = dst[:n], src[:n]
	for i, a := range src {
		dst[i] = alawToMuLaw[a]
	}
}

func table256(expand func(byte) int16) (t [256]int16) {
	for i := range t {
		t[i] = expand(byte(i))
	}
	return t
}

func alawEncoder() *[8192]byte {
	var t [8192]byte
	for i := range t {
		t[i] = compressALaw(int16(uint16(i) << 3)) //nolint:gosec // the upper 13 bits of a sample
	}
	return &t
}

func mulawEncoder() *[16384]byte {
	var t [16384]byte
	for i := range t {
		t[i] = compressMuLaw(int16(uint16(i) << 2)) //nolint:gosec // the upper 14 bits of a sample
	}
	return &t
}

// compressALaw finds the segment and the step of a sample (G.711 table 1; even bits inverted).
func compressALaw(s int16) byte {
	sign, m := byte(0x80), int(s)
	if s < 0 {
		sign, m = 0, int(^s)
	}
	m >>= 4 // 11 bits of magnitude
	segment := 0
	if m > 15 {
		for segment = 1; m > 31; segment++ {
			m >>= 1
		}
		m -= 16
	}
	return (sign | byte(segment<<4) | byte(m)) ^ 0x55
}

func expandALaw(a byte) int16 {
	a ^= 0x55
	segment, m := int(a>>4)&7, int(a&15)
	if segment > 0 {
		m += 16
	}
	m = m<<4 + 8
	if segment > 1 {
		m <<= segment - 1
	}
	if a&0x80 == 0 {
		m = -m
	}
	return int16(m)
}

// compressMuLaw finds the segment and the step of a sample (G.711 table 2; all bits inverted).
func compressMuLaw(s int16) byte {
	sign, m := byte(0x80), int(s)
	if s < 0 {
		sign, m = 0, int(^s)
	}
	m = min(m>>2+33, 0x1fff)
	segment := 1
	for i := m >> 6; i != 0; i >>= 1 {
		segment++
	}
	return sign | byte(8-segment)<<4 | byte(15-(m>>segment)&15)
}

func expandMuLaw(u byte) int16 {
	c := ^u
	segment, m := int(c>>4)&7, int(c&15)
	step := 8 << segment
	v := 0x80<<segment + step*m + step/2 - 132
	if u&0x80 == 0 {
		v = -v
	}
	return int16(v)
}

// lawToLaw turns a conversion between decoder values 1…128 (the numbering of G.711 tables 3 and 4) into one
// between octets. from and to are the octets of the smallest positive value of either law.
func lawToLaw(values [128]uint8, from, to byte) (t [256]byte) {
	for i, v := range values {
		t[from^byte(i)] = to ^ (v - 1)
		t[from^byte(i)^0x80] = to ^ (v - 1) ^ 0x80
	}
	return t
}

// span appends the numbers first…last to the table at position n.
func span(t *[128]uint8, n, first, last int) int {
	for v := first; v <= last; v++ {
		t[n] = uint8(v)
		n++
	}
	return n
}

// muToA is G.711 table 4: the µ-law value's number to that of the A-law value.
func muToA() (t [128]uint8) {
	n := 0
	for v := uint8(1); v <= 8; v++ {
		t[n], t[n+1] = v, v
		n += 2
	}
	n = span(&t, n, 9, 24)
	for v := uint8(25); v <= 31; v += 2 {
		t[n] = v
		n++
	}
	n = span(&t, n, 33, 44)
	n = span(&t, n, 46, 46)
	n = span(&t, n, 48, 62)
	n = span(&t, n, 64, 80)
	span(&t, n, 82, 128)
	return t
}

// aToMu is G.711 table 3: the A-law value's number to that of the µ-law value.
func aToMu() (t [128]uint8) {
	n := 0
	for v := uint8(1); v <= 15; v += 2 {
		t[n] = v
		n++
	}
	n = span(&t, n, 16, 31)
	for v := uint8(32); v <= 35; v++ {
		t[n], t[n+1] = v, v
		n += 2
	}
	n = span(&t, n, 36, 47)
	t[n], t[n+1], t[n+2], t[n+3] = 48, 48, 49, 49
	n = span(&t, n+4, 50, 63)
	n = span(&t, n, 64, 64)
	n = span(&t, n, 64, 79)
	n = span(&t, n, 79, 79)
	span(&t, n, 80, 127)
	for i := range t { // listed from 0
		t[i]++
	}
	return t
}
