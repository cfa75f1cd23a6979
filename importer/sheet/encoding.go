package sheet

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// Encoding is how the text of a file is written. It is never guessed.
type Encoding string

// The encodings.
const (
	UTF8    Encoding = "utf-8"
	GB18030 Encoding = "gb18030"
)

// ParseEncoding reads the name of an encoding, in any case; GBK and GB2312 are parts of GB18030.
func ParseEncoding(s string) (Encoding, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "utf-8", "utf8":
		return UTF8, nil
	case "gb18030", "gbk", "gb2312":
		return GB18030, nil
	}
	return "", fmt.Errorf("%q is no encoding that is read; allowed are utf-8, gb18030", clip(s))
}

// Decode gives a file's text in UTF-8. A byte sequence that GB18030 does not have becomes one that is not UTF-8 either,
// so that its row is refused.
func (e Encoding) Decode(r io.Reader) io.Reader {
	if e != GB18030 {
		return r
	}
	return transform.NewReader(r, transform.Chain(simplifiedchinese.GB18030.NewDecoder(), unreplace{}))
}

// unreplace turns the replacement character, which a decoder writes for what it cannot decode, into a byte that is not
// UTF-8.
type unreplace struct{ transform.NopResetter }

const replacement = "\uFFFD"

// Transform implements transform.Transformer.
func (unreplace) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		rest := src[nSrc:]
		if len(rest) < len(replacement) && !atEOF && strings.HasPrefix(replacement, string(rest)) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		if nDst == len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		if strings.HasPrefix(string(rest[:min(len(rest), len(replacement))]), replacement) {
			dst[nDst] = 0xff
			nDst, nSrc = nDst+1, nSrc+len(replacement)
			continue
		}
		dst[nDst] = rest[0]
		nDst, nSrc = nDst+1, nSrc+1
	}
	return nDst, nSrc, nil
}
