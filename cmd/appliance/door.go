package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/user"
	"syscall"

	"github.com/dealerline/dealerline/internal/appliance"
	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/edge/web"
)

// errNotRunning means that no box runs on this data.
var errNotRunning = errors.New("the box is not running")

// door is the control socket of a running box.
type door struct{ client *http.Client }

func newDoor(cfg config.Config) door {
	path := appliance.ControlSocket(cfg.DataDir)
	return door{&http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
	}}}
}

// request makes a request to the box in the name of whoever runs the command.
func request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://box"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if u, err := user.Current(); err == nil {
		req.Header.Set("X-By", u.Username)
	}
	return req, nil
}

// open sends a request and returns the answer's body, to be read and closed.
func (d door) open(req *http.Request) (io.ReadCloser, error) {
	resp, err := d.client.Do(req)
	if errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, errNotRunning
	}
	if err != nil {
		return nil, fmt.Errorf("ask the box: %w", err)
	}
	if resp.StatusCode/100 == 2 {
		return resp.Body, nil
	}
	data, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, fmt.Errorf("ask the box: %w", err)
	}
	var f web.Failure
	if json.Unmarshal(data, &f) == nil && f.Message != "" {
		return nil, errors.New(f.Message)
	}
	return nil, fmt.Errorf("the box answered %s", resp.Status)
}

// do sends a request and returns the answer's body.
func (d door) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	req, err := request(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	answer, err := d.open(req)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(answer)
	if err = errors.Join(err, answer.Close()); err != nil {
		return nil, fmt.Errorf("ask the box: %w", err)
	}
	return data, nil
}

// ask loads the boot file, sends a request to the running box and copies the answer to out.
func ask(ctx context.Context, file, method, path string, body []byte, out io.Writer) error {
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	data, err := newDoor(cfg).do(ctx, method, path, body)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}
