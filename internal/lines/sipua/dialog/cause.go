package dialog

import "github.com/dealerline/dealerline/internal/base/line"

var causeByStatus = map[int]line.Cause{ //nolint:gochecknoglobals // a constant table: RFC 3398 §8.2.6.1
	400: line.TemporaryFailure, 401: line.CallRejected, 402: line.CallRejected, 403: line.CallRejected,
	404: line.UnallocatedNumber, 405: 63, 406: 79, 407: line.CallRejected, 408: line.RecoveryOnTimer,
	410: line.NumberChanged, 413: line.Interworking, 414: line.Interworking, 415: 79, 416: line.Interworking,
	420: line.Interworking, 421: line.Interworking, 423: line.Interworking, 480: line.NoUserResponding,
	481: line.TemporaryFailure, 482: 25, 483: 25, 484: line.InvalidNumber, 485: line.UnallocatedNumber,
	486: line.UserBusy, 487: line.NormalUnspecified, 488: line.BearerNotImplemented, 500: line.TemporaryFailure,
	501: 79, 502: line.NetworkOutOfOrder, 503: line.TemporaryFailure, 504: line.RecoveryOnTimer,
	505: line.Interworking, 513: line.Interworking, 600: line.UserBusy, 603: line.CallRejected,
	604: line.UnallocatedNumber, 606: line.BearerNotImplemented,
}

// CauseOf returns the cause for a final SIP status (RFC 3398 §8.2.6.1).
func CauseOf(status int) line.Cause {
	if c, ok := causeByStatus[status]; ok {
		return c
	}
	if status >= 500 && status < 600 {
		return line.TemporaryFailure
	}
	return line.NormalUnspecified
}

var statusByCause = map[line.Cause]int{ //nolint:gochecknoglobals // a constant table: RFC 3398 §7.2.4.1
	line.UnallocatedNumber: 404, 2: 404, 3: 404, line.NormalClearing: 480, line.UserBusy: 486,
	line.NoUserResponding: 408, line.NoAnswer: 480, line.SubscriberAbsent: 480, line.CallRejected: 403,
	line.NumberChanged: 410, 23: 410, line.AnsweredElsewhere: 480, line.DestinationOutOfOrder: 502,
	line.InvalidNumber: 484, 29: 501, line.NormalUnspecified: 480, line.NoCircuit: 503,
	line.NetworkOutOfOrder: 503, line.TemporaryFailure: 503, line.Congestion: 503, 47: 503, 55: 403, 57: 403,
	58: 503, line.BearerNotImplemented: 488, 70: 488, 79: 501, 87: 403, line.IncompatibleDestination: 503,
	line.RecoveryOnTimer: 504, line.ProtocolError: 500, line.Interworking: 500,
	line.MediaTimeout: 504, line.Restarted: 503, line.Shutdown: 503, line.Blocked: 603, line.TooLong: 480,
	line.NoRoute: 404,
}

// StatusOf returns the final SIP status that refuses a call for a cause (RFC 3398 §7.2.4.1). A call refused for
// no reason, or with the cause of a normal end, is 480.
func StatusOf(c line.Cause) int {
	if s, ok := statusByCause[c]; ok {
		return s
	}
	return 480
}
