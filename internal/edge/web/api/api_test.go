package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/care/attachment"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/intake"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// shelf is the recordings of a box, in memory.
type shelf map[string][]byte

func (s shelf) List() (list []api.Prompt) {
	for k := range s {
		language, id, _ := strings.Cut(k, "/")
		list = append(list, api.Prompt{Language: language, ID: id, Own: true, Seconds: 1})
	}
	slices.SortFunc(list, func(a, b api.Prompt) int { return strings.Compare(a.Language+"/"+a.ID, b.Language+"/"+b.ID) })
	return list
}

// Has knows all that the default menus say.
func (s shelf) Has(language, id string) bool {
	_, own := s[language+"/"+id]
	return own || (id != "404" && id != "mine")
}

func (s shelf) Open(language, id string) (io.ReadCloser, error) {
	data, ok := s[language+"/"+id]
	if !ok {
		return nil, fault.New(fault.NotFound, "prompt.not_found", "there is none")
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func (s shelf) Save(language, id string, wav io.Reader) error {
	data, err := io.ReadAll(wav)
	s[language+"/"+id] = data
	return err
}

func (s shelf) Delete(language, id string) error {
	if _, ok := s[language+"/"+id]; !ok {
		return fault.New(fault.NotFound, "prompt.not_found", "there is none")
	}
	delete(s, language+"/"+id)
	return nil
}

// box is an API over a real store, served over HTTPS.
type box struct {
	*httptest.Server
	api      *api.API
	db       *store.DB
	accounts *account.Accounts
	settings *settings.Keeper
	dir      string
	queues   *acd.ACD
	phones   *phones
	hub      *live.Hub
	archive  *recording.Archive
	mail     *voicemail.Shelf
	calls    *call.Manager
	imports  *intake.Manager
	clients  atomic.Int32
}

func serve(t testing.TB, more ...api.Resource) *box {
	t.Helper()
	b := &box{dir: t.TempDir()}
	log := slog.New(slog.DiscardHandler)
	var err error
	if b.db, err = store.Open(filepath.Join(b.dir, "dealerline.db"), log); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = b.db.Run(ctx) // ends with the test
	}()
	t.Cleanup(func() {
		stop()
		<-done
		if err := b.db.Close(); err != nil {
			t.Error(err)
		}
	})
	b.settings = settings.NewKeeper(b.db, nil)
	if err := b.settings.Load(t.Context(), settings.Default); err != nil {
		t.Fatal(err)
	}
	if b.accounts, err = account.New(account.Config{DB: b.db, Dir: b.dir, HashMemory: 64, Logger: log}); err != nil {
		t.Fatal(err)
	}
	d := b.floor(t, log)
	d.DB, d.Accounts, d.Settings, d.Prompts, d.Logger, d.Version = b.db, b.accounts, b.settings, shelf{"zh-CN/welcome": []byte("RIFF")}, log, "test"
	d.Book = crm.New(store.Books{DB: b.db})
	withTickets(&d, b.db)
	d.Files = attachment.New(attachment.Config{Dir: filepath.Join(b.dir, "attachments"), Tickets: d.Tickets, Room: b.db.Room, Named: store.Named})
	withWrapUps(&d, b)
	withOutreach(&d, b.db)
	d.Imports = intake.New(intake.Config{DB: b.db, Book: d.Book, Dir: filepath.Join(b.dir, "imports"), Log: log})
	b.imports = d.Imports
	b.api, err = api.New(d, more...)
	if err != nil {
		t.Fatal(err)
	}
	b.Server = httptest.NewTLSServer(b.api)
	t.Cleanup(b.Close)
	return b
}

const secret = "Kaifeng-2031"

// client is somebody at a browser, or a program, on a machine of their own.
type client struct {
	t     testing.TB
	box   *box
	http  *http.Client
	token string
	user  string
	head  map[string]string // of every request
}

func (b *box) client(t testing.TB) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := *b.Client()
	h.Jar = jar
	transport, ok := h.Transport.(*http.Transport)
	if !ok {
		t.Fatalf("%T", h.Transport)
	}
	transport = transport.Clone()
	t.Cleanup(transport.CloseIdleConnections)
	host := b.clients.Add(1)
	transport.DialContext = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, byte(host>>8)+1, byte(host))}}).DialContext
	h.Transport = transport
	return &client{t: t, box: b, http: &h, head: map[string]string{"Accept-Language": "en"}}
}

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

func (a answer) problem(t testing.TB) (p api.Problem) {
	t.Helper()
	if err := json.Unmarshal(a.Body, &p); err != nil {
		t.Errorf("%d: no problem in %q: %v", a.Status, a.Body, err)
	}
	return p
}

// into reads an answer, which must be a success.
func (a answer) into(t testing.TB, v any) {
	t.Helper()
	if a.Status/100 != 2 {
		t.Fatalf("status %d: %s", a.Status, a.Body)
	}
	if err := json.Unmarshal(a.Body, v); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
}

func (a answer) want(t testing.TB, status int, code string) api.Problem {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if code == "" {
		return api.Problem{}
	}
	p := a.problem(t)
	if p.Code != code {
		t.Errorf("code %s, want %s: %s", p.Code, code, a.Body)
	}
	return p
}

// stream begins a request whose answer goes on; stop ends it.
func (c *client) stream(path string, more ...string) (begun answer, body io.Reader, stop func()) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.box.URL+"/api"+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.dress(req, more)
	res, err := c.http.Do(req) //nolint:bodyclose // stop closes it
	if err != nil {
		c.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, nil}, res.Body, func() {
		cancel()
		_ = res.Body.Close() // it was cut off
	}
}

// dress gives a request its headers: the client's and more, name and value.
func (c *client) dress(req *http.Request, more []string) {
	for k, v := range c.head {
		req.Header.Set(k, v)
	}
	for i := 0; i < len(more); i += 2 {
		req.Header.Set(more[i], more[i+1])
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
}

// do sends a request: body is nil, text as it is, or anything to be sent as JSON; more are headers, name and value.
func (c *client) do(method, path string, body any, more ...string) answer {
	c.t.Helper()
	var r io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(body)
	default:
		data, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		r = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.box.URL+"/api"+path, r)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	c.dress(req, more)
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	data, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		c.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, data}
}

// admin sets the box up, which signs in.
func (b *box) admin(t testing.TB) *client {
	t.Helper()
	code, err := os.ReadFile(filepath.Join(b.dir, "setup-code"))
	if err != nil {
		t.Fatal(err)
	}
	c := b.client(t)
	c.do("POST", "/v1/setup/admin", map[string]string{"code": string(code), "login": "admin", "name": "王店长", "password": secret}).want(t, 201, "")
	return c
}

// as makes a user of a role, who is signed in.
func (b *box) as(t testing.TB, role account.Role) *client {
	t.Helper()
	login := string(role) + ".one"
	by := store.By{Who: "test"}
	u, err := b.accounts.Create(t.Context(), by, account.User{Login: login, Name: login, Role: role}, "Bianliang-1127")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.accounts.ChangePassword(t.Context(), by, u.ID, "Bianliang-1127", secret, ""); err != nil {
		t.Fatal(err)
	}
	return b.sitting(t, u.ID)
}

// sitting is a user who is signed in already, without the wait for the password's hash.
func (b *box) sitting(t testing.TB, id string) *client {
	t.Helper()
	u, err := b.accounts.User(id)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	b.accounts.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := b.accounts.Begin(r.Context(), u, "192.0.2.1", "test"); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	c := b.client(t)
	at, err := url.Parse(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	res := w.Result()
	c.http.Jar.SetCookies(at, res.Cookies())
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	c.user = id
	return c
}

func TestTheFirstHour(t *testing.T) {
	b := serve(t)
	nobody := b.client(t)
	var state api.SetupState
	nobody.do("GET", "/v1/setup", nil).into(t, &state)
	if !state.Needed {
		t.Error("a new box says it needs no administrator")
	}
	p := nobody.do("POST", "/v1/setup/admin", map[string]string{"code": "x", "login": "admin", "name": "a", "password": secret}).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.code" || p.Errors[0].Code != "setup.code_wrong" {
		t.Errorf("%+v", p)
	}
	admin := b.admin(t)
	var me api.Me
	admin.do("GET", "/v1/session", nil).into(t, &me)
	if me.User.Login != "admin" || me.User.Role != "admin" || !slices.Contains(me.Permissions, account.UsersManage) || me.Session == "" {
		t.Errorf("%+v", me)
	}
	made := admin.do("POST", "/v1/users", map[string]any{"login": "li.na", "name": "李娜", "role": "agent", "agent": "1002", "password": "Bianliang-1127"})
	var u api.User
	made.into(t, &u)
	if made.Header.Get("ETag") != `"1"` || u.Agent != "1002" || !u.MustChange {
		t.Errorf("%+v %v", u, made.Header)
	}
	li := b.client(t)
	li.do("POST", "/v1/session", map[string]string{"login": "li.na", "password": "Bianliang-1127"}).want(t, 200, "")
	li.do("GET", "/v1/users", nil).want(t, 403, "account.must_change_password")
	li.do("POST", "/v1/session/password", map[string]string{"current_password": "Bianliang-1127", "new_password": secret}).want(t, 204, "")
	li.do("GET", "/v1/users", nil).want(t, 403, "request.denied")
	admin.do("DELETE", "/v1/users/"+u.ID, nil).want(t, 428, "request.match_missing")
	admin.do("DELETE", "/v1/users/"+u.ID, nil, "If-Match", `"7"`).want(t, 412, "request.stale")
	var now api.User
	admin.do("GET", "/v1/users/"+u.ID, nil).into(t, &now)
	admin.do("DELETE", "/v1/users/"+u.ID, nil, "If-Match", api.ETag(now.Rev)).want(t, 204, "")
	li.do("GET", "/v1/session", nil).want(t, 401, account.KeySignIn)
	admin.do("DELETE", "/v1/session", nil).want(t, 204, "")
	admin.do("GET", "/v1/session", nil).want(t, 401, account.KeySignIn)
}
