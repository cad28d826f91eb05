package link

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/link"
	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/web/text"
)

//go:embed pages.html
var pagesHTML string

//go:embed style.css
var style []byte

// sendTime is how long a form with photos may take on a slow network.
const sendTime = 5 * time.Minute

// policy lets the pages use their one style sheet and send their forms, and nothing else.
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Files keeps what technicians send.
type Files interface {
	// Photo joins a picture to a ticket, on behalf of a technician.
	Photo(ctx context.Context, by books.By, ticketID, person, name string, content io.Reader) error
}

// Connector calls a technician, who is then connected with the customer.
type Connector interface {
	Connect(ctx context.Context, ticketID, person string) error
}

// Config is what the pages work on. All fields are required but Connector.
type Config struct {
	Links     *link.Book
	Tickets   *ticket.Book
	Tasks     *outreach.Book
	Files     Files
	Connector Connector              // nil: nobody is connected
	Name      func() string          // of the dealership
	Person    func(id string) string // what somebody of the roster is called
	Zone      func() *time.Location
	Logger    *slog.Logger
}

// Pages serves everything below /l/. Make it with [New].
type Pages struct {
	Config
	texts *text.Texts
	page  *template.Template
	limit limiter
	mux   http.Handler
}

// New makes the pages.
func New(cfg Config) (*Pages, error) {
	texts, err := text.Load()
	if err != nil {
		return nil, err
	}
	page, err := template.New("page").Parse(pagesHTML)
	if err != nil {
		return nil, err
	}
	p := &Pages{Config: cfg, texts: texts, page: page, limit: limiter{sources: map[string]*bucket{}}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /l/style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "max-age=86400")
		_, _ = w.Write(style) // a client that went away needs no answer
	})
	mux.HandleFunc("GET /l/{token}", p.show)
	mux.HandleFunc("POST /l/{token}", p.act)
	mux.HandleFunc("/l/", p.nothing)
	p.mux = http.NewCrossOriginProtection().Handler(mux)
	return p, nil
}

// ServeHTTP answers requests below /l/.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cache-Control", "no-store")
	if !p.limit.take(source(r), 1, time.Now()) {
		h.Set("Retry-After", "60")
		http.Error(w, http.StatusText(http.StatusTooManyRequests), http.StatusTooManyRequests)
		return
	}
	p.mux.ServeHTTP(w, r)
}

// source is whom a request counts for.
func source(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// view is what a page shows.
type view struct {
	ZH      bool
	Name    string // of the dealership
	Kind    string // job, survey, coming, thanks, gone
	Problem string
	Done    string // what was just done
	Job     *job
	Survey  *survey
}

// errGone is what there is to say of an address that leads nowhere.
var errGone = errors.New("the link leads nowhere") //nolint:gochecknoglobals // a constant

func (p *Pages) nothing(w http.ResponseWriter, r *http.Request) { p.fail(w, r, errGone) }

// show answers with the page as things stand now.
func (p *Pages) show(w http.ResponseWriter, r *http.Request) {
	v, err := p.view(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if done := r.URL.Query().Get("done"); done == "photo" || done == "call" {
		v.Done = done
	}
	p.write(w, http.StatusOK, v)
}

// view is the page of a request.
func (p *Pages) view(r *http.Request) (view, error) {
	l, ok, err := p.Links.Find(r.PathValue("token"))
	if err != nil {
		return view{}, err
	}
	if !ok {
		return view{}, errGone
	}
	v := p.empty(r)
	switch l.Purpose {
	case link.Job:
		err = p.jobView(l, &v)
	case link.Coming:
		err = p.comingView(l, &v)
	case link.Survey:
		err = p.surveyView(l, nil, &v)
	default:
		err = errGone
	}
	return v, err
}

func (p *Pages) empty(r *http.Request) view {
	return view{ZH: text.Choose(r.Header.Get("Accept-Language")) == text.Chinese, Name: p.Name()}
}

// act does what a form asks for.
func (p *Pages) act(w http.ResponseWriter, r *http.Request) {
	l, ok, err := p.Links.Find(r.PathValue("token"))
	if err == nil && !ok {
		err = errGone
	}
	if err != nil {
		p.fail(w, r, err)
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(sendTime)) // where there is none, the bounds of the form hold
	body := http.MaxBytesReader(w, r.Body, maxBody)
	v, done := p.empty(r), ""
	switch l.Purpose {
	case link.Job:
		done, err = p.jobAct(r, l, body)
	case link.Survey:
		err = p.surveyAct(r, l, body, &v)
	case link.Coming: // there is nothing to do
		err = errGone
	default:
		err = errGone
	}
	switch {
	case errors.Is(err, errGone):
		p.fail(w, r, err)
	case err != nil:
		p.again(w, r, v, err)
	default:
		to := "/l/" + r.PathValue("token")
		if done != "" {
			to += "?done=" + done
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	}
}

// again shows the page with what kept the action from being done.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, v view, problem error) {
	code := fault.CodeOf(problem)
	if code == fault.Internal || fault.KeyOf(problem) == "" {
		p.fail(w, r, problem)
		return
	}
	if v.Kind == "" {
		now, err := p.view(r)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		v = now
	}
	v.Problem = p.texts.Of(language(v.ZH), key(problem))
	status := http.StatusUnprocessableEntity
	if code == fault.Conflict || code == fault.Denied {
		status = http.StatusConflict
	}
	p.write(w, status, v)
}

// key is the first thing that is wrong.
func key(err error) string {
	var fields fault.Fields
	if errors.As(err, &fields) && len(fields) > 0 {
		return fields[0].Key
	}
	return fault.KeyOf(err)
}

func language(zh bool) string {
	if zh {
		return text.Chinese
	}
	return text.English
}

// fail answers where there is no page. All addresses that lead nowhere have one answer, and cost whoever asks.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	v := p.empty(r)
	v.Kind = "gone"
	if errors.Is(err, errGone) {
		p.limit.take(source(r), missCost, time.Now())
		p.write(w, http.StatusNotFound, v)
		return
	}
	p.Logger.Error("page of a link", "method", r.Method, "error", err)
	v.Kind = "fault"
	p.write(w, http.StatusInternalServerError, v)
}

func (p *Pages) write(w http.ResponseWriter, status int, v view) {
	var out bytes.Buffer
	if err := p.page.Execute(&out, v); err != nil {
		p.Logger.Error("write page of a link", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // a client that went away needs no answer
}

// by is on whose behalf something is changed: the audit says that it was by link.
func by(r *http.Request, who, action string) books.By {
	return books.By{Who: who, Via: outreach.ViaLink, Action: action, Address: source(r)}
}

// clean is what somebody typed, without the line ends of a browser's form.
func clean(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
