// Package softphone is the door by which a signed-in agent's page becomes a telephone: it says whose WebSocket a request
// asks for, by the session's cookie, and whose phone that connection may be. What passes goes to lines/sipua/front.
package softphone
