package link

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Bounds of what a page takes.
const (
	maxFields = 100
	maxName   = 100
	maxValue  = 16 << 10 // 4,000 characters and more
	maxForm   = 256 << 10
	maxPhotos = 10
	// maxBody is a form with photos; each is bounded where it is kept.
	maxBody = 100 << 20
)

// form is what somebody sends: fields, and photos in the order of the form.
type form struct{ url.Values }

// readForm reads a form of either encoding, and gives each file to take as it comes, behind the fields that stand before it.
func readForm(contentType string, body io.Reader, take func(f form, name string, content io.Reader) error) (form, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return form{}, errForm(err)
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		return readFields(body)
	case "multipart/form-data":
		return readParts(multipart.NewReader(body, params["boundary"]), take)
	}
	return form{}, errForm(errors.New(kind))
}

func readFields(body io.Reader) (form, error) {
	data, err := io.ReadAll(io.LimitReader(body, maxForm+1))
	if err != nil || len(data) > maxForm {
		return form{}, errForm(err)
	}
	values, err := url.ParseQuery(string(data))
	if err != nil {
		return form{}, errForm(err)
	}
	f := form{url.Values{}}
	for name, list := range values {
		for _, v := range list {
			if err := f.add(name, v); err != nil {
				return form{}, err
			}
		}
	}
	return f, nil
}

func readParts(parts *multipart.Reader, take func(f form, name string, content io.Reader) error) (form, error) {
	f := form{url.Values{}}
	photos, size := 0, 0
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return form{}, errForm(err)
		}
		if name := p.FileName(); name != "" {
			if photos++; photos > maxPhotos {
				return form{}, errForm(errors.New("too many files"))
			}
			if err := take(f, name, p); err != nil {
				return form{}, err
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(p, maxValue+1))
		if size += len(value); err != nil || size > maxForm {
			return form{}, errForm(err)
		}
		if err := f.add(p.FormName(), string(value)); err != nil {
			return form{}, err
		}
	}
}

// add takes one field. A browser sends the text of a form as UTF-8, as its page is.
func (f form) add(name, value string) error {
	switch {
	case name == "" || len(name) > maxName || !utf8.ValidString(name):
		return errForm(errors.New("a field without a proper name"))
	case len(value) > maxValue || !utf8.ValidString(value):
		return errForm(errors.New("a field that is too long, or no text"))
	case len(f.Values) >= maxFields || len(f.Values[name]) >= maxFields:
		return errForm(errors.New("too many fields"))
	}
	f.Values[name] = append(f.Values[name], value)
	return nil
}

// all are the values of a field that may stand in the form several times, one for each row.
func (f form) all(name string, i int) string {
	if list := f.Values[name]; i < len(list) {
		return list[i]
	}
	return ""
}

func errForm(err error) error {
	if err == nil {
		err = errors.New("it is too large")
	}
	return fault.New(fault.Invalid, "link.form", "read form: %w", err)
}
