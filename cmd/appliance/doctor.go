package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/appliance"
	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// doctor looks for what keeps a box from working and says what to do about it.
func doctor(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("doctor")
	if err := parse(f, args); err != nil {
		return err
	}
	bad := 0
	say := func(ok bool, what, cure string) error {
		mark := "ok  "
		if !ok {
			mark, bad = "BAD ", bad+1
			what += ": " + cure
		}
		_, err := fmt.Fprintln(out, mark, what)
		return err
	}
	cfg, err := config.Load(*file)
	if err = errors.Join(say(err == nil, "boot file "+*file, fmt.Sprint(err))); err != nil || bad > 0 {
		return errors.Join(err, sick(bad))
	}
	status, running := newDoor(cfg).do(ctx, "GET", "/status", nil)
	errs := []error{
		say(writable(cfg.DataDir), "data directory "+cfg.DataDir+" can be written", "make it, and give it to the user dealerline"),
		say(freeMB(cfg.DataDir) > cfg.Recording.MinFreeMB, fmt.Sprintf("%d MB free on the disk", freeMB(cfg.DataDir)), "too little to record: free some space"),
	}
	if _, err := os.Stat(telephony); err == nil && cfg.DAHDI.Enabled != "no" {
		errs = append(errs, say(unix.Access(telephony, unix.R_OK|unix.W_OK) == nil, "telephony cards can be reached",
			"the user dealerline may not open "+telephony+": udevadm trigger --subsystem-match=dahdi"))
	} else if cfg.DAHDI.Enabled == "yes" {
		errs = append(errs, say(false, "telephony cards", "the kernel has none: modprobe dahdi and the card's driver"))
	}
	if running == nil {
		errs = append(errs, say(true, "the box is running", ""))
		errs = append(errs, warnings(status, out))
		answer, err := newDoor(cfg).do(ctx, "GET", "/audit/verify", nil)
		errs = append(errs, say(err == nil, "the audit is whole "+strings.TrimSpace(string(answer)), fmt.Sprint(err)))
	} else {
		errs = append(errs, examine(ctx, cfg, say))
		for _, l := range cfg.SIPListens() {
			errs = append(errs, say(canListen(ctx, l), fmt.Sprintf("%s %s is free", l.Network, l.Addr), "another program has it, or the address is not ours"))
		}
	}
	return errors.Join(append(errs, sick(bad))...)
}

// warnings tells what a running box warns of. None of it keeps the box from working yet.
func warnings(status []byte, out io.Writer) error {
	var s struct {
		Warnings []appliance.Warning `json:"warnings"`
	}
	if err := json.Unmarshal(status, &s); err != nil {
		return fmt.Errorf("read status: %w", err)
	}
	for _, w := range s.Warnings {
		if _, err := fmt.Fprintln(out, "WARN", w.Text); err != nil {
			return err
		}
	}
	return nil
}

// examine looks at the database of a box that does not run: its pages, its indexes, the chain of its audit.
func examine(ctx context.Context, cfg config.Config, say func(ok bool, what, cure string) error) error {
	if _, err := os.Stat(storePath(cfg)); errors.Is(err, os.ErrNotExist) {
		return say(true, "no database yet: the first start makes it", "")
	}
	err := store.CheckFile(ctx, storePath(cfg), appliance.Tables())
	return say(err == nil, "the database and the audit are whole", fmt.Sprint(err))
}

// telephony is the telephony cards' device, there when the kernel's module is loaded.
const telephony = "/dev/dahdi/ctl"

func sick(bad int) error {
	if bad == 0 {
		return nil
	}
	return fmt.Errorf("%d problem(s)", bad)
}

func writable(dir string) bool {
	probe := filepath.Join(dir, ".doctor")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return false
	}
	if err := os.WriteFile(probe, []byte("ok"), 0o600); err != nil {
		return false
	}
	return os.Remove(probe) == nil
}

func freeMB(dir string) uint64 {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return 0
	}
	return st.Bavail * uint64(st.Bsize) >> 20 //nolint:gosec // a block size is positive
}

func canListen(ctx context.Context, l config.SIPListen) bool {
	var lc net.ListenConfig
	if l.Network == "udp" {
		c, err := lc.ListenPacket(ctx, "udp", l.Addr.String())
		return err == nil && c.Close() == nil
	}
	c, err := lc.Listen(ctx, "tcp", l.Addr.String())
	return err == nil && c.Close() == nil
}
