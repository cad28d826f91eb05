package sipua

import (
	"encoding/base32"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Gateways that still speak RFC 2543 send requests without a tag in From and without a branch in Via. A missing tag
// counts as an empty one (RFC 3261 §12.1.1), which needs nothing done. But the layer below cannot tell transactions
// apart without either, so such a request gets the branch that it should have had. Every repetition of it gets the
// same, and so do its CANCEL and the ACK to a refusal.

// modernise gives a request of RFC 2543 its branch. It must run before the transaction layer sees the request.
func modernise(req *sip.Request) {
	from, via := req.From(), req.Via()
	if from == nil || via == nil || req.CallID() == nil || req.CSeq() == nil {
		return
	}
	if from.Params.Has("tag") || via.Params.Has("branch") {
		return
	}
	via.Params.Add("branch", sip.RFC3261BranchMagicCookie+elderKey(req))
}

// elderKey is made of what is the same in a request, its repetitions, its CANCEL and its ACK (RFC 3261 §17.2.3).
func elderKey(req *sip.Request) string {
	h := fnv.New128a()
	for _, v := range []string{
		req.Recipient.String(), req.From().Value(), req.CallID().Value(), strconv.FormatUint(uint64(req.CSeq().SeqNo), 10),
		req.Via().Value(),
	} {
		_, _ = h.Write([]byte(v + "\x00")) //nolint:errcheck // a hash takes everything
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)))
}

// elderTarget is where requests to the far side of an INVITE of RFC 2543 go that names no Contact: its From.
func elderTarget(req *sip.Request) string {
	from := req.From()
	if !req.IsInvite() || req.Contact() != nil || tagOf(from.Params) != "" || from.Address.Host == "" ||
		!strings.HasPrefix(from.Address.Scheme, "sip") {
		return ""
	}
	return from.Address.String()
}
