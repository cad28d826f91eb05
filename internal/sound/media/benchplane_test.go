package media

import "testing"

func BenchmarkPlaneOnly(b *testing.B) {
	for range b.N {
		r := measureRelay(b, 300, startPlane)
		b.ReportMetric(r.cost, "cost")
	}
}
