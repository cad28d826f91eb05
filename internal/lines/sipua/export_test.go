package sipua

// PoolSize is the number of addresses that the stack below remembers for UDP.
func PoolSize(s *Server) int { return s.transport.Pool("udp").Size() }

// Break gives a leg a message that makes it panic.
func Break(l *Leg) { l.box.Put(attached{key: "no request"}) }

// ForgiveFaults forgets the faults that a test caused on purpose.
func ForgiveFaults(s *Server) { s.count.faults.Store(0) }
