package dahdi

import ("testing";"golang.org/x/sys/unix";"path/filepath";"os/exec";"time";"unsafe"
"github.com/dealerline/dealerline/internal/lines/analog")

func TestKernelDebug(t *testing.T) {
	kernel(t)
	spans(t)
	ctl, _ := unix.Open(filepath.Join(defaultDir, "ctl"), unix.O_RDWR|unix.O_CLOEXEC, 0)
	t.Log("zone", loadZone(ctl))
	for i, n := range []int32{ours, theirs} {
		c := chanConfig{Chan: n, Sig: []int32{sigFXSKS, sigFXOKS}[i], Law: lawALaw, Master: n}
		t.Log("chanconfig", ioctl(ctl, ioctlChanConfig, unsafe.Pointer(&c)))
		p := params{Chan: n}
		t.Log("params", ioctl(ctl, ioctlGetParams, unsafe.Pointer(&p)), p)
		t.Log("startup", ioctlInt(ctl, ioctlStartup, int(p.Span)))
	}
	var ch [2]channel
	for i, n := range []int{ours, theirs} {
		var err error
		ch[i], err = openChannel(filepath.Join(defaultDir, "channel"), n)
		t.Log("open", n, err)
	}
	time.Sleep(500*time.Millisecond)
	out, _ := exec.Command("cat", "/proc/dahdi/1", "/proc/dahdi/2").CombinedOutput()
	t.Logf("%s", out)
	for i := range ch {
		for k := 0; k < 4; k++ {
			fds := []unix.PollFd{{Fd: int32(ch[i].fd), Events: unix.POLLIN | unix.POLLPRI|unix.POLLOUT}}
			n, err := unix.Poll(fds, 100)
			e, eerr := nextEvent(ch[i].fd)
			var f analog.Frame
			r, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(ch[i].fd), uintptr(unsafe.Pointer(&f)), uintptr(frameOctets))
			t.Log(i, k, n, err, fds[0].Revents, "event", e, eerr, "read", int(r), errno, f[:4])
			var b bufferInfo
			t.Log(ioctl(ch[i].fd, ioctlGetBufInfo, unsafe.Pointer(&b)), b)
		}
	}
	for i := range ch { _ = ch[i].close() }
	out, _ = exec.Command("dmesg").CombinedOutput()
	if len(out) > 3000 { out = out[len(out)-3000:] }
	t.Logf("%s", out)
}
