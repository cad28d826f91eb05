// Package webrtc carries the sound of browsers. A browser speaks SIP like any phone (RFC 7118), but sound only by
// WebRTC: ICE (RFC 8445), DTLS-SRTP (RFC 5764), everything on one port (RFC 8843, RFC 5761). A [Gateway] stands before
// the media engine and turns that into the plain RTP of a desk phone, descriptions and packets alike, so that whatever
// works with a phone works with a browser.
//
//	browser                      Gateway                                 this box
//	                 ┌───────────────────────────────────┐
//	offer, answer ──▶│ Leg.Inward     ──▶ plain RTP/AVP  │──▶ sipua: dialog, offer
//	              ◀──│ Leg.Outward    ◀── plain RTP/AVP  │◀──
//	                 ├───────────────────────────────────┤
//	SRTP    ═══════▶ │ one port ─ pion ─ a leg's own hop │═══▶ media.RTP
//	        ◀═══════ │                   on this machine │◀═══
//	                 └───────────────────────────────────┘
//
// The box is the lite side of ICE (RFC 8445 §2.5): it offers its address and answers the browser's checks. Only PCMA,
// PCMU and telephone-event are spoken, so nothing is transcoded. What only changes who listens (hold) is answered
// without troubling the connection; what brings new ICE credentials is an ICE restart, after which the call goes on
// from wherever the browser now is. A connection that fails or is closed is told, so that its call ends.
//
// Nothing is opened and no key is made before the first browser calls.
package webrtc
