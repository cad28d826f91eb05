package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dealerline/dealerline/internal/appliance"
	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/edge/web"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// analogLine lists, learns and captures analog lines.
func analogLine(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("line")
	save := f.Bool("save", false, "learn: put what was learned into the settings")
	from := f.String("from", "", "learn: from a recording (WAV) in place of a test call")
	right := f.Bool("right", false, "learn -from: the line is the right side, as in recordings of calls out")
	cfg, err := loadAfter(f, file, args)
	if err != nil {
		return err
	}
	name := "/lines/" + url.PathEscape(f.Arg(0))
	switch {
	case args[0] == "list" && f.NArg() == 0:
		return listLines(ctx, cfg, out)
	case args[0] == "capture" && f.NArg() == 2:
		return captureLine(ctx, cfg, name, f.Arg(1), out)
	case args[0] == "learn" && f.NArg() == 2 && *from == "":
		q := url.Values{"number": {f.Arg(1)}, "save": {fmt.Sprint(*save)}}
		return learnLine(ctx, cfg, name+"/learn?"+q.Encode(), nil, out)
	case args[0] == "learn" && f.NArg() == 1 && *from != "":
		wav, err := os.ReadFile(*from)
		if err != nil {
			return fmt.Errorf("line learn: %w", err)
		}
		q := url.Values{"right": {fmt.Sprint(*right)}, "save": {fmt.Sprint(*save)}}
		return learnLine(ctx, cfg, name+"/study?"+q.Encode(), wav, out)
	}
	return wrong()
}

// listLines prints a line for each analog line, for people.
func listLines(ctx context.Context, cfg config.Config, out io.Writer) error {
	data, err := newDoor(cfg).do(ctx, http.MethodGet, "/lines", nil)
	if err != nil {
		return err
	}
	var all []appliance.LineView
	if err := json.Unmarshal(data, &all); err != nil {
		return fmt.Errorf("read lines: %w", err)
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, "没有模拟线路 no analog lines: docs/settings.md, analog")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(w, "name\tdevice\tgroup\tnumber\tprofile\tstate\tin\tout\tmissed\t"); err != nil {
		return err
	}
	for _, l := range all {
		text := l.Text["zh-CN"] + " " + l.Text["en"]
		if l.Fault != "" {
			text += " (" + l.Fault + ")"
		}
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\n", l.Name, l.Device, l.Group, l.Number, l.Profile, l.State,
			l.Counters.Inbound, l.Counters.Outbound, l.Counters.Missed, text); err != nil {
			return err
		}
	}
	return w.Flush()
}

// captureLine writes the latest sound of a line into a WAV file and prints the signals that came meanwhile.
func captureLine(ctx context.Context, cfg config.Config, name, file string, out io.Writer) error {
	data, err := newDoor(cfg).do(ctx, http.MethodPost, name+"/capture", nil)
	if err != nil {
		return err
	}
	var c web.Capture
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("read capture: %w", err)
	}
	if err := os.WriteFile(file, c.WAV, 0o600); err != nil { // people talk in it
		return fmt.Errorf("line capture: %w", err)
	}
	for _, m := range c.Marks {
		if _, err := fmt.Fprintf(out, "%7.2f s  %s\n", (time.Duration(m.AtMS) * time.Millisecond).Seconds(), m.Signal); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "%s: 左声道线路，右声道本机 left the line, right the box\n", file)
	return err
}

// learnLine follows a test call, or the study of a recording, to its end and says what was found out.
func learnLine(ctx context.Context, cfg config.Config, path string, wav []byte, out io.Writer) error {
	req, err := request(ctx, http.MethodPost, path, wav)
	if err != nil {
		return err
	}
	body, err := newDoor(cfg).open(req)
	if err != nil {
		return err
	}
	defer body.Close() //nolint:errcheck // it was read to its end
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l web.Learning
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("read what was learned: %w", err)
		}
		switch {
		case l.Failure != nil:
			return errors.New(l.Failure.Message)
		case l.Profile != nil:
			return tellLearned(out, *l.Profile, l.Version)
		default:
			if _, err := fmt.Fprintf(out, "\r测试呼叫 test call: %3d s", l.Seconds); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("ask the box: %w", err)
	}
	return errors.New("the box broke off")
}

// learnedTexts are the observations of learning, for people.
//
//nolint:gochecknoglobals // constant table
var learnedTexts = map[string]string{
	"dial_tone": "拨号音 dial tone", "ringback": "回铃音 ringback", "hang_up_tone": "挂机后的音 tone after hanging up",
	"polarity": "反极 polarity", "caller_id": "来电显示 caller ID",
}

// tellLearned says what a line is like and how sure that is.
func tellLearned(out io.Writer, p fxo.Profile, version uint64) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s:\n", p.Name)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, key := range slices.Sorted(maps.Keys(learnedTexts)) {
		sure, heard := p.Learned.Confidence[key]
		if !heard {
			_, _ = fmt.Fprintf(w, "  %s\t–\t未观察到 not observed\n", learnedTexts[key]) // into memory
			continue
		}
		_, _ = fmt.Fprintf(w, "  %s\t%.0f%%\t%s\n", learnedTexts[key], 100*sure, learnedDetail(key, p))
	}
	_ = w.Flush() // into memory
	if version != 0 {
		fmt.Fprintf(&b, "已存入设置 stored in the settings, version %d\n", version)
	} else {
		fmt.Fprintln(&b, "未保存；加 -save 存入设置 not stored; -save puts it into the settings")
	}
	_, err := io.Copy(out, bytes.NewBufferString(b.String()))
	return err
}

func learnedDetail(key string, p fxo.Profile) string {
	l := p.Learned
	switch key {
	case "dial_tone":
		return fmt.Sprintf("%.1f dBm0", l.DialTone)
	case "hang_up_tone":
		return fmt.Sprintf("%.1f dBm0; %s", l.Tone, strings.Join(l.HangUp, ", "))
	case "polarity":
		return fmt.Sprintf("answer %s, hang-up %s", p.Polarity.Answer, p.Polarity.HangUp)
	case "caller_id":
		return l.CallerID
	}
	return ""
}
