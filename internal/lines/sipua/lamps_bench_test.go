package sipua

import "testing"

// BenchmarkShowDialog is what a call costs more when nobody has a lamp for its phone: two changes.
func BenchmarkShowDialog(b *testing.B) {
	s := &Server{lamps: newLamps()}
	b.ReportAllocs()
	for b.Loop() {
		s.ShowDialog("8001", DialogState{State: Early, CallID: "a@b", Remote: "13800138000"})
		s.ShowDialog("8001", DialogState{})
	}
}
