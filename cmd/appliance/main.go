// Command appliance is Dealerline: the dealership's call centre in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // zones also on a machine that has none

	"github.com/dealerline/dealerline/internal/appliance"
)

const usage = `usage: appliance COMMAND [ARGUMENTS]

  run      -config FILE [-demo]         run the box; -demo adds a demo dealership with simulated calls
  check    -config FILE                 list every problem of the boot file and the settings
  settings export|import|undo [FILE]    move the settings as one JSON file (docs/settings.md)
  flow     publish ID | rollback ID N   put a menu's draft, or an older version, in force
  prompt   put LANGUAGE ID FILE.wav     replace a recording
  calls    [-limit N]                   the latest call records, as JSON
  recording CALL-ID-OR-FILE             a call's recording and where it lies, by the call's id or its WAV file
  queue-log                             queue events under Asterisk's queue_log names
  status                                phones, trunks, lines, agents, queues, bans, as JSON
  line     list                         the analog lines and their state
  line     learn NAME NUMBER [-save]    find out how a line behaves by a test call to a number that answers and hangs up
  line     learn NAME -from FILE.wav    the same from a recorded call (-right: the line is the right side)
  line     capture NAME FILE.wav        the latest sound of a line, for support
  user     reset LOGIN                  a new password for somebody who lost theirs; also the second factor goes
  openapi                               the description of the HTTP API (OpenAPI 3.1)
  backup   FILE                         a verified backup of everything but the recordings, also while the box runs
  restore  FILE                         put a backup into an empty data directory
  compact                               give free space of the database back; the box must not run
  unban    ID                           lift a lock-out shown by status
  holidays FILE                         take in the public holidays of a year
  doctor   -config FILE                 look for what keeps a box from working
  version                               this program's version

All but run, check and version take -config FILE too; the default is /etc/dealerline/appliance.toml.
`

// errUsage means that the command line makes no sense; the usage has been printed.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := dispatch(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return errUsage
	}
	commands := map[string]func(context.Context, []string, io.Writer) error{
		"run": run, "check": check, "settings": moveSettings, "flow": changeFlow, "holidays": putHolidays, "prompt": putPrompt,
		"calls": listCalls, "recording": findRecording, "queue-log": queueLog, "status": showStatus,
		"user": letIn, "openapi": openAPI, "backup": makeBackup, "restore": restore, "compact": compact, "line": analogLine, "unban": unban, "doctor": doctor, "version": version,
	}
	command, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(os.Stderr, "appliance: no command %q\n\n%s", args[0], usage)
		return errUsage
	}
	return command(ctx, args[1:], out)
}

// release is set by the linker: -X main.release=1.2.3.
var release string //nolint:gochecknoglobals // the linker writes it

// versionText is the release, or for a build from a checkout its commit.
func versionText() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return "dev-" + s.Value[:12]
			}
		}
	}
	return "dev"
}

func openAPI(_ context.Context, _ []string, out io.Writer) error {
	text, err := appliance.OpenAPI(versionText())
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}

func version(_ context.Context, _ []string, out io.Writer) error {
	_, err := fmt.Fprintln(out, "dealerline", versionText())
	return err
}
