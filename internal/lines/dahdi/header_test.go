package dahdi

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"unsafe"

	"github.com/dealerline/dealerline/test/peer"
)

// numbers are what this package believes, by the header's names.
var numbers = []struct { //nolint:gochecknoglobals // a table
	name string
	v    uint64
}{
	{"DAHDI_FLUSH", ioctlFlush},
	{"DAHDI_GET_PARAMS", ioctlGetParams},
	{"DAHDI_SET_PARAMS", ioctlSetParams},
	{"DAHDI_HOOK", ioctlHook},
	{"DAHDI_GETEVENT", ioctlGetEvent},
	{"DAHDI_SPANSTAT", ioctlSpanStat},
	{"DAHDI_CHANCONFIG", ioctlChanConfig},
	{"DAHDI_SETTONEZONE", ioctlSetToneZone},
	{"DAHDI_DEFAULTZONE", ioctlDefaultZone},
	{"DAHDI_LOADZONE", ioctlLoadZone},
	{"DAHDI_SET_BUFINFO", ioctlSetBufInfo},
	{"DAHDI_DIAL", ioctlDial},
	{"DAHDI_ECHOCANCEL", ioctlEchoCancel},
	{"DAHDI_SPECIFY", ioctlSpecify},
	{"DAHDI_SETLAW", ioctlSetLaw},
	{"DAHDI_ATTACH_ECHOCAN", ioctlAttachEchoCan},
	{"DAHDI_DYNAMIC_CREATE", ioctlCreateDynamic},
	{"DAHDI_DYNAMIC_DESTROY", ioctlEndDynamic},
	{"DAHDI_STARTUP", ioctlStartup},
	{"DAHDI_ONHOOK", hookOn},
	{"DAHDI_OFFHOOK", hookOff},
	{"DAHDI_FLASH", hookFlash},
	{"DAHDI_RING", hookRing},
	{"DAHDI_RINGOFF", hookRingOff},
	{"DAHDI_EVENT_NONE", eventNone},
	{"DAHDI_EVENT_ONHOOK", eventOnHook},
	{"DAHDI_EVENT_RINGOFFHOOK", eventRingOffHook},
	{"DAHDI_EVENT_WINKFLASH", eventFlash},
	{"DAHDI_EVENT_ALARM", eventAlarm},
	{"DAHDI_EVENT_NOALARM", eventNoAlarm},
	{"DAHDI_EVENT_DIALCOMPLETE", eventDialComplete},
	{"DAHDI_EVENT_HOOKCOMPLETE", eventHookComplete},
	{"DAHDI_EVENT_POLARITY", eventPolarity},
	{"DAHDI_EVENT_RINGBEGIN", eventRingBegin},
	{"DAHDI_EVENT_REMOVED", eventRemoved},
	{"DAHDI_SIG_FXSKS", sigFXSKS},
	{"DAHDI_SIG_FXOKS", sigFXOKS},
	{"DAHDI_LAW_ALAW", lawALaw},
	{"DAHDI_FLUSH_ALL", flushAll},
	{"DAHDI_DIAL_OP_APPEND", dialAppend},
	{"DAHDI_MAX_SPANS", maxSpans},
	{"DAHDI_MAX_CHANNELS", maxChannels},
	{"DAHDI_ALARM_RED", uint64(Red)},
	{"DAHDI_ALARM_YELLOW", uint64(Yellow)},
	{"DAHDI_ALARM_BLUE", uint64(Blue)},
	{"DAHDI_ALARM_RECOVER", uint64(Recovering)},
	{"DAHDI_ALARM_LOOPBACK", uint64(Loopback)},
	{"DAHDI_ALARM_NOTOPEN", uint64(NotOpen)},
	{"DAHDI_ALARM_LOS", uint64(LossSignal)},
	{"DAHDI_ALARM_LFA", uint64(LossFrame)},
	{"DAHDI_ALARM_LMFA", uint64(LossMulti)},
	{"sizeof(struct dahdi_params)", uint64(unsafe.Sizeof(params{}))},
	{"offsetof(struct dahdi_params, sigcap)", uint64(unsafe.Offsetof(params{}.SigCap))},
	{"offsetof(struct dahdi_params, name)", uint64(unsafe.Offsetof(params{}.Name))},
	{"offsetof(struct dahdi_params, flashtime)", uint64(unsafe.Offsetof(params{}.Flash))},
	{"offsetof(struct dahdi_params, debouncetime)", uint64(unsafe.Offsetof(params{}.Debounce))},
	{"offsetof(struct dahdi_params, chan_alarms)", uint64(unsafe.Offsetof(params{}.Alarms))},
	{"sizeof(struct dahdi_bufferinfo)", uint64(unsafe.Sizeof(bufferInfo{}))},
	{"offsetof(struct dahdi_bufferinfo, bufsize)", uint64(unsafe.Offsetof(bufferInfo{}.Size))},
	{"sizeof(struct dahdi_chanconfig)", uint64(unsafe.Sizeof(chanConfig{}))},
	{"offsetof(struct dahdi_chanconfig, sigtype)", uint64(unsafe.Offsetof(chanConfig{}.Sig))},
	{"offsetof(struct dahdi_chanconfig, master)", uint64(unsafe.Offsetof(chanConfig{}.Master))},
	{"sizeof(struct dahdi_attach_echocan)", uint64(unsafe.Sizeof(echoCan{}))},
	{"sizeof(struct dahdi_dialoperation)", uint64(unsafe.Sizeof(dial{}))},
	{"sizeof(struct dahdi_dynamic_span)", uint64(unsafe.Sizeof(dynamicSpan{}))},
	{"offsetof(struct dahdi_dynamic_span, spanno)", uint64(unsafe.Offsetof(dynamicSpan{}.Span))},
	{"sizeof(struct dahdi_tone_def_header)", uint64(unsafe.Sizeof(zone{}))},
	{"offsetof(struct dahdi_tone_def_header, name)", uint64(unsafe.Offsetof(zone{}.Name))},
	{"sizeof(struct dahdi_spaninfo)", uint64(unsafe.Sizeof(spanInfo{}))},
	{"offsetof(struct dahdi_spaninfo, alarms)", 64},
	{"offsetof(struct dahdi_spaninfo, irqmisses)", 112},
	{"offsetof(struct dahdi_spaninfo, totalchans)", 124},
	{"offsetof(struct dahdi_spaninfo, spantype)", 308},
}

// The kernel's own header says the same, compiled for both machines.
func TestNumbersAreTheHeaders(t *testing.T) {
	peer.Need(t, "dahdi/user.h")
	var source, want bytes.Buffer
	fmt.Fprintln(&source, "#include <stdio.h>\n#include <stddef.h>\n#include <sys/ioctl.h>\n#include <dahdi/user.h>\nint main(void) {")
	for _, n := range numbers {
		fmt.Fprintf(&source, "printf(\"%%s = %%#lx\\n\", %q, (unsigned long)(unsigned int)(%s));\n", n.name, n.name)
		fmt.Fprintf(&want, "%s = %s\n", n.name, hex(n.v))
	}
	fmt.Fprintln(&source, "return 0; }")
	dir := t.TempDir()
	file := filepath.Join(dir, "numbers.c")
	if err := os.WriteFile(file, source.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, machine := range []struct{ compiler, emulator string }{{"gcc", ""}, {"aarch64-linux-gnu-gcc", "qemu-aarch64-static"}} {
		t.Run(machine.compiler, func(t *testing.T) {
			program := filepath.Join(dir, machine.compiler+".out")
			// The kernel's headers are the same for both; only the C library's differ.
			out, err := exec.Command(peer.Need(t, machine.compiler), "-static", "-idirafter", "/usr/include", "-o", program, file).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			run := exec.Command(program)
			if machine.emulator != "" {
				run = exec.Command(peer.Need(t, machine.emulator), program)
			}
			got, err := run.Output()
			if err != nil {
				t.Fatal(err)
			}
			g, w := bytes.Split(got, []byte("\n")), bytes.Split(want.Bytes(), []byte("\n"))
			if len(g) != len(w) {
				t.Fatalf("%d lines, want %d", len(g), len(w))
			}
			for i := range w {
				if !bytes.Equal(g[i], w[i]) {
					t.Errorf("the header: %s; here: %s", g[i], w[i])
				}
			}
		})
	}
}

// hex writes a number as printf's %#lx does.
func hex(v uint64) string {
	if v == 0 {
		return "0"
	}
	return fmt.Sprintf("%#x", v)
}

func TestSpanIsReadAtItsOffsets(t *testing.T) {
	var b spanInfo
	b[0], b[64], b[65], b[112], b[124] = 3, 8, 1, 5, 4
	copy(b[4:], "WCTDM/0")
	copy(b[24:], "Wildcard TDM410P Board 1")
	copy(b[308:], "FXO")
	got := parseSpan(&b)
	want := Span{Number: 3, Name: "WCTDM/0", Description: "Wildcard TDM410P Board 1", Type: "FXO", Alarms: Red | LossSignal, Misses: 5, Channels: 4}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if s := got.Alarms.String(); s != "red,loss_of_signal" {
		t.Errorf("alarms %q", s)
	}
	for i := range b {
		b[i] = 0xFF
	}
	if got := parseSpan(&b); got.Channels < 0 || got.Channels > maxChannels {
		t.Errorf("nonsense is not bounded: %+v", got)
	}
}

func TestWithoutTelephonyInTheKernel(t *testing.T) {
	_, err := Open(Config{Dir: t.TempDir()})
	if err == nil {
		t.Fatal("opened")
	}
	t.Log(err)
}
