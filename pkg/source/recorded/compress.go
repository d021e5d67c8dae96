package recorded

import (
	"compress/gzip"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// What a file's name ends in says how it is compressed. Zstandard finds what is alike over a whole recording, in which the same
// lines and traces are the answers to many questions.
const (
	zipped   = ".gz"
	zstandly = ".zst"
	window   = 64 << 20 // bytes over which alike is found
)

// compressing writes to w as a file of that name is to be written.
func compressing(w io.Writer, name string) (io.WriteCloser, error) {
	switch {
	case strings.HasSuffix(name, zipped):
		return gzip.NewWriter(w), nil
	case strings.HasSuffix(name, zstandly):
		return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(window))
	}
	return unchanged{w}, nil
}

// unchanged is a writer whose end is another's to close.
type unchanged struct{ io.Writer }

func (unchanged) Close() error { return nil }

// plain reads what a file of that name holds.
func plain(r io.Reader, name string) (io.Reader, func(), error) {
	switch {
	case strings.HasSuffix(name, zipped):
		reader, err := gzip.NewReader(r)
		return reader, func() {}, err
	case strings.HasSuffix(name, zstandly):
		reader, err := zstd.NewReader(r, zstd.WithDecoderMaxWindow(2*window), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, err
		}
		return reader, reader.Close, nil
	}
	return r, func() {}, nil
}
