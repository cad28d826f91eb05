// Command recorder shows a directory under another name (by FUSE) and writes down, in order, what a program does to the
// files in it: every write, every change of a size, every fsync. From that record the files can be made as a loss of
// power at any moment would have left them.
//
//	recorder DIRECTORY MOUNTPOINT RECORD
//
// It is a process of its own: a program that maps a file of a file system that it serves itself waits for itself. It
// prints "ready" when the directory is there, and ends at the end of its standard input. Each entry of the record is
// the operation (w, t, s), the length of the name (1 octet), the name, the offset or size (8 octets, big-endian), the
// length of the data (4 octets) and the data.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: recorder DIRECTORY MOUNTPOINT RECORD")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(dir, mountpoint, record string) error {
	f, err := os.Create(record)
	if err != nil {
		return err
	}
	r := &recorder{w: bufio.NewWriterSize(f, 1<<20)}
	root := &fs.LoopbackRoot{Path: dir}
	root.NewNode = func(root *fs.LoopbackRoot, _ *fs.Inode, _ string, _ *syscall.Stat_t) fs.InodeEmbedder {
		return &node{fs.LoopbackNode{RootData: root}, r}
	}
	root.RootNode = root.NewNode(root, nil, "", nil)
	server, err := fs.Mount(mountpoint, root.RootNode, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true}})
	if err != nil {
		return errors.Join(err, f.Close())
	}
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, server.Unmount(), r.w.Flush(), f.Close())
}

// recorder writes the record. Its lock is held over an operation and its entry, so that the record has the order in
// which the operations were done.
type recorder struct {
	mu sync.Mutex
	w  *bufio.Writer
}

func (r *recorder) note(op byte, name string, at uint64, data []byte) {
	head := append([]byte{op, byte(len(name))}, name...)
	head = binary.BigEndian.AppendUint64(head, at)
	head = binary.BigEndian.AppendUint32(head, uint32(len(data)))
	_, _ = r.w.Write(head) // the error stays until Flush
	_, _ = r.w.Write(data)
}

// node is a file or a directory.
type node struct {
	fs.LoopbackNode
	r *recorder
}

// Open opens a file so that what is done to it is seen.
func (n *node) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	h, f, errno := n.LoopbackNode.Open(ctx, flags)
	return n.watched(h, n.name()), f, errno
}

// Create makes a file.
func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	child, h, f, errno := n.LoopbackNode.Create(ctx, name, flags, mode, out)
	return child, n.watched(h, name), f, errno
}

// Setattr sees changes of the size.
func (n *node) Setattr(ctx context.Context, f fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	n.r.mu.Lock()
	defer n.r.mu.Unlock()
	if h, ok := f.(*handle); ok {
		f = h.LoopbackFile
	}
	errno := n.LoopbackNode.Setattr(ctx, f, in, out)
	if size, ok := in.GetSize(); ok && errno == 0 {
		n.r.note('t', n.name(), size, nil)
	}
	return errno
}

func (n *node) name() string { return filepath.Base(n.Path(nil)) }

func (n *node) watched(h fs.FileHandle, name string) fs.FileHandle {
	f, ok := h.(*fs.LoopbackFile)
	if !ok {
		return h
	}
	return &handle{f, n.r, name}
}

// handle is an open file. It hides that the kernel could reach the file below without asking.
type handle struct {
	*fs.LoopbackFile
	r    *recorder
	name string
}

// PassthroughFd keeps the kernel from going past us.
func (h *handle) PassthroughFd() (int, bool) { return -1, false }

// Write writes, and notes it.
func (h *handle) Write(ctx context.Context, data []byte, at int64) (uint32, syscall.Errno) {
	h.r.mu.Lock()
	defer h.r.mu.Unlock()
	n, errno := h.LoopbackFile.Write(ctx, data, at)
	if errno == 0 {
		h.r.note('w', h.name, uint64(at), data[:n])
	}
	return n, errno
}

// Fsync notes that what was written before is durable. It need not be: nobody pulls a plug.
func (h *handle) Fsync(context.Context, uint32) syscall.Errno {
	h.r.mu.Lock()
	defer h.r.mu.Unlock()
	h.r.note('s', h.name, 0, nil)
	return 0
}
