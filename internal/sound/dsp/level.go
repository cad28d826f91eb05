package dsp

import "math"

// Level is the power of the samples in dBm0, and −96 for digital silence.
func Level(samples []int16) float64 {
	if len(samples) == 0 {
		return floorLevel
	}
	var sum float64
	for _, s := range samples {
		sum += float64(s) * float64(s)
	}
	return toLevel(sum / float64(len(samples)))
}

const floorLevel = -96

// toLevel turns a mean square into dBm0: that of a full-scale sine is 32767²/2.
func toLevel(meanSquare float64) float64 {
	if meanSquare < 1e-3 {
		return floorLevel
	}
	return max(floorLevel, 10*math.Log10(meanSquare/(32767.0*32767.0/2))+fullScaleLevel)
}

// Power is the level in dBm0 of one frequency in the samples, found by the Goertzel algorithm over all of them.
// Its resolution is [SampleRate] divided by their number.
func Power(samples []int16, hz float64) float64 {
	if len(samples) == 0 {
		return floorLevel
	}
	c := 2 * math.Cos(2*math.Pi*hz/SampleRate)
	var s1, s2 float64
	for _, s := range samples {
		s1, s2 = float64(s)+c*s1-s2, s1
	}
	n := float64(len(samples))
	return toLevel((s1*s1 + s2*s2 - c*s1*s2) * 2 / (n * n))
}

// silenceLevel is the loudest mean magnitude of sound that counts as silence: about −46 dBm0.
const silenceMagnitude = 110

// SilentALaw reports whether companded sound is so quiet that leaving out or repeating a piece is not heard.
func SilentALaw(a []byte) bool {
	sum := 0
	for _, v := range a {
		s := int(alawToLinear[v])
		if s < 0 {
			s = -s
		}
		sum += s
	}
	return sum <= silenceMagnitude*len(a)
}

// PowerLevel is the level in dBm0 of a mean square of samples.
func PowerLevel(meanSquare float64) float64 { return toLevel(meanSquare) }
