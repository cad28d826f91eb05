package api

import (
	"context"
	"net/http"
	"os"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

type recordingOutput struct{ Body recording.Entry }

type peaksInput struct {
	IDInput
	Points int `query:"points" minimum:"10" maximum:"4000" default:"1000" doc:"How many pieces, each with its least and greatest sample"`
}

type peaksOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         recording.Peaks
}

// recordings are heard, looked at and taken away; each listening is in the audit.
func recordings(a *API) {
	op := func(id, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: http.MethodGet, Path: "/recordings/{id}" + path, Tag: "recordings", Summary: summary, Perm: perm}
	}
	Add(a, op("get-recording", "", "One recording, by the id in the call's record", account.RecordingsListen), a.getRecording)
	Add(a, op("get-recording-peaks", "/peaks", "The shape of a recording, for a picture", account.RecordingsListen), a.getPeaks)
	a.addAudio(op("listen-recording", "/audio", "Hear a recording: stereo WAV, the caller left; in pieces by Range", account.RecordingsListen), "inline", a.recordingAudio)
	a.addAudio(op("download-recording", "/file", "Take a recording away", account.RecordingsDownload), "attachment", a.recordingAudio)
}

// kept finds a recording that can be heard.
func (a *API) kept(id string) (recording.Entry, error) {
	e, ok, err := store.NewRecordingIndex(a.DB).Get(id)
	switch {
	case err != nil:
		return e, err
	case !ok:
		return e, fault.New(fault.NotFound, "recording.not_found", "find recording %s: there is none", id)
	case e.Verdict == recording.Expired:
		return e, fault.New(fault.NotFound, "recording.expired", "find recording %s: its time is over", id)
	}
	return e, nil
}

func (a *API) getRecording(_ context.Context, in *IDInput) (*recordingOutput, error) {
	e, err := a.kept(in.ID)
	return &recordingOutput{e}, err
}

func (a *API) getPeaks(ctx context.Context, in *peaksInput) (*peaksOutput, error) {
	e, err := a.kept(in.ID)
	if err != nil {
		return nil, err
	}
	p, err := recording.ReadPeaks(ctx, a.Archive.Path(e), in.Points)
	if os.IsNotExist(err) {
		err = errNoFile(e.ID)
	}
	out := &peaksOutput{Body: p}
	if e.Verdict == recording.Kept { // its file does not change any more
		out.CacheControl = "private, max-age=86400"
	}
	return out, err
}

func (a *API) recordingAudio(_ context.Context, id string) (audio, error) {
	e, err := a.kept(id)
	return audio{"recording", e.ID, e.Call, a.Archive.Path(e), e.SHA256, e.StartedAt}, err
}

func errNoFile(id string) error {
	return fault.New(fault.NotFound, "recording.no_file", "open recording %s: its file is gone", id)
}
