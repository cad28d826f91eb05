package dsp

// Add adds samples to a running sum.
func Add(sum []int32, samples []int16) {
	n := min(len(sum), len(samples))
	sum, samples = sum[:n], samples[:n]
	for i, s := range samples {
		sum[i] += int32(s)
	}
}

// AddALaw adds companded sound to a running sum.
func AddALaw(sum []int32, a []byte) {
	n := min(len(sum), len(a))
	sum, a = sum[:n], a[:n]
	for i, v := range a {
		sum[i] += int32(alawToLinear[v])
	}
}

// MixALaw compresses a running sum, less own, to A-law; too loud sums are limited. own may be nil.
func MixALaw(dst []byte, sum []int32, own []byte) {
	n := min(len(dst), len(sum))
	dst, sum = dst[:n], sum[:n]
	if own == nil {
		for i, v := range sum {
			dst[i] = linearToALaw[uint16(Saturate(v))>>3] //nolint:gosec // the sample's bits
		}
		return
	}
	for i, v := range sum {
		dst[i] = linearToALaw[uint16(Saturate(v-int32(alawToLinear[own[i]])))>>3] //nolint:gosec // the sample's bits
	}
}

// MixTwoALaw makes of two companded voices one; too loud sums are limited. dst may be one of them.
func MixTwoALaw(dst, a, b []byte) {
	n := min(len(dst), len(a), len(b))
	dst, a, b = dst[:n], a[:n], b[:n]
	for i := range dst {
		dst[i] = linearToALaw[uint16(Saturate(int32(alawToLinear[a[i]])+int32(alawToLinear[b[i]])))>>3] //nolint:gosec // the sample's bits
	}
}
