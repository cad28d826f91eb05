package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// wrong prints what can be written: the command line makes no sense.
func wrong() error {
	fmt.Fprint(os.Stderr, usage)
	return errUsage
}

// parseAfter reads the flags of a command that begins with n words, such as what to do and with which thing.
func parseAfter(f *flag.FlagSet, args []string, n int) error {
	if len(args) < n || strings.HasPrefix(args[0], "-") {
		return wrong()
	}
	return parse(f, args[n:])
}

// loadAfter reads the flags of a command that begins with a word, and the boot file that they name.
func loadAfter(f *flag.FlagSet, file *string, args []string) (config.Config, error) {
	if err := parseAfter(f, args, 1); err != nil {
		return config.Config{}, err
	}
	return config.Load(*file)
}

// moveSettings exports, imports and undoes settings; a box that runs does it itself and works by them at once.
func moveSettings(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("settings")
	cfg, err := loadAfter(f, file, args)
	if err != nil {
		return err
	}
	switch args[0] {
	case "export":
		return exportSettings(ctx, cfg, f.Arg(0), out)
	case "import":
		return importSettings(ctx, cfg, f.Arg(0), out)
	case "undo":
		return changeSettings(ctx, cfg, out, "POST", "/settings/undo", nil, func(k *settings.Keeper) (uint64, error) {
			return k.Undo(ctx, "local")
		})
	}
	fmt.Fprintf(os.Stderr, "appliance settings: no %q; export, import or undo\n", args[0])
	return errUsage
}

func exportSettings(ctx context.Context, cfg config.Config, file string, out io.Writer) error {
	data, err := readSettings(ctx, cfg)
	if err != nil {
		return err
	}
	if data == nil {
		return errors.New("there are no settings yet: start the box once")
	}
	if file == "" || file == "-" {
		_, err = out.Write(data)
		return err
	}
	return os.WriteFile(file, data, 0o600) // it holds passwords
}

func importSettings(ctx context.Context, cfg config.Config, file string, out io.Writer) error {
	if file == "" {
		return errors.New("settings import: name the file")
	}
	data, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("settings import: %w", err)
	}
	return changeSettings(ctx, cfg, out, "PUT", "/settings", data, func(k *settings.Keeper) (uint64, error) {
		return k.Import(ctx, data, "local")
	})
}

// changeSettings asks the running box, or does it on the store of a box that does not run.
func changeSettings(ctx context.Context, cfg config.Config, out io.Writer, method, path string, body []byte,
	change func(*settings.Keeper) (uint64, error),
) error {
	answer, err := newDoor(cfg).do(ctx, method, path, body)
	if err == nil {
		_, err = fmt.Fprintf(out, "in force: %s", answer)
		return err
	}
	if !errors.Is(err, errNotRunning) {
		return err
	}
	db, err := store.Open(storePath(cfg), newLogger("error"))
	if err != nil {
		return err
	}
	library, err := prompt.Open(prompt.Shipped(), filepath.Join(cfg.DataDir, "prompts"), newLogger("error"))
	if err != nil {
		return errors.Join(err, db.Close())
	}
	keeper := settings.NewKeeper(db, library.Has)
	writing, stop := context.WithCancel(ctx)
	written := make(chan struct{})
	go func() {
		defer close(written)
		db.RunUntil(writing)
	}()
	var version uint64
	if err = keeper.Load(ctx, settings.Default); err == nil {
		version, err = change(keeper)
	}
	stop()
	<-written
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "stored as version %d; in force at the next start\n", version)
	return err
}

func changeFlow(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("flow")
	note := f.String("note", "", "why, for the history")
	if len(args) < 2 {
		return wrong()
	}
	if err := parse(f, args[min(len(args), 2+b2i(args[0] == "rollback")):]); err != nil {
		return err
	}
	path := "/flows/" + url.PathEscape(args[1])
	switch {
	case args[0] == "publish":
		path += "/publish?note=" + url.QueryEscape(*note)
	case args[0] == "rollback" && len(args) >= 3:
		path += "/rollback/" + url.PathEscape(args[2])
	default:
		return wrong()
	}
	return ask(ctx, *file, "POST", path, nil, out)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func putPrompt(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("prompt")
	if err := parseAfter(f, args, 4); err != nil {
		return err
	}
	if args[0] != "put" {
		return wrong()
	}
	wav, err := os.ReadFile(args[3])
	if err != nil {
		return fmt.Errorf("prompt put: %w", err)
	}
	return ask(ctx, *file, "PUT", "/prompts/"+url.PathEscape(args[1])+"/"+url.PathEscape(args[2]), wav, out)
}

// putHolidays takes in a year's public holidays, as the files of the program have them.
func putHolidays(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("holidays")
	if err := parseAfter(f, args, 1); err != nil {
		return err
	}
	data, err := os.ReadFile(args[0])
	if err != nil {
		return fmt.Errorf("holidays: %w", err)
	}
	return ask(ctx, *file, "PUT", "/settings/holidays", data, out)
}

func listCalls(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("calls")
	limit := f.Int("limit", 20, "how many")
	if err := parse(f, args); err != nil {
		return err
	}
	return ask(ctx, *file, "GET", fmt.Sprintf("/calls?limit=%d", *limit), nil, out)
}

// findRecording prints a call's recording and where it lies. A recording's file bears the call's id, so whoever has
// found the file finds the call by it.
func findRecording(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("recording")
	if err := parseAfter(f, args, 1); err != nil {
		return err
	}
	return ask(ctx, *file, "GET", "/recordings/"+url.PathEscape(recordingID(args[0])), nil, out)
}

func recordingID(arg string) string {
	if strings.HasSuffix(arg, ".wav") {
		return strings.TrimSuffix(filepath.Base(arg), ".wav")
	}
	return arg
}

func queueLog(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("queue-log")
	if err := parse(f, args); err != nil {
		return err
	}
	return ask(ctx, *file, "GET", "/queue-log", nil, out)
}

func showStatus(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("status")
	if err := parse(f, args); err != nil {
		return err
	}
	return ask(ctx, *file, "GET", "/status", nil, out)
}

func unban(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("unban")
	if err := parseAfter(f, args, 1); err != nil {
		return err
	}
	return ask(ctx, *file, "DELETE", "/bans/"+url.PathEscape(args[0]), nil, out)
}

// letIn gives a user of the running box a new password and prints it.
func letIn(ctx context.Context, args []string, out io.Writer) error {
	f, file := flags("user")
	if err := parseAfter(f, args, 2); err != nil {
		return err
	}
	if args[0] != "reset" {
		return wrong()
	}
	return ask(ctx, *file, "POST", "/users/"+url.PathEscape(args[1])+"/password", nil, out)
}
