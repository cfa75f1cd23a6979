package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

const (
	// minToken is the fewest characters of a token: 32 hexadecimal digits are 128 random bits.
	minToken = 32
	// maxSecret bounds a file of secrets in bytes, so that a wrong path does not become a password.
	maxSecret = 4096
)

func readTokenFile(c *Config, path string) error {
	c.Token = ""
	if path == "" {
		return nil
	}
	raw, err := c.readSecret("token-file", path, "a token")
	if err != nil {
		return err
	}
	token := strings.TrimSpace(raw)
	switch {
	case len(token) < minToken:
		return fmt.Errorf("names a file with a token of %d characters: write at least %d, for example the output of openssl rand -hex 32", len(token), minToken)
	case strings.ContainsFunc(token, notInToken):
		return errors.New("names a file whose token holds a space or another character that no bearer token may have: write letters, digits and - . _ ~ + / = only, for example the output of openssl rand -hex 32")
	}
	c.Token = Secret(token)
	return nil
}

// notInToken follows RFC 6750, section 2.1.
func notInToken(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("-._~+/=", r)
}

func readPasswordFile(c *Config, path string) error {
	c.Store.Password = ""
	if path == "" {
		return nil
	}
	raw, err := c.readSecret("store-password-file", path, "a password")
	if err != nil {
		return err
	}
	password := strings.TrimRight(raw, "\r\n") // a password may begin or end with a space
	if password == "" {
		return errors.New("names an empty file: write the password into it, on one line")
	}
	c.Store.Password = Secret(password)
	return nil
}

func readNotifySecretFile(c *Config, path string) error {
	c.Notify.Secret = ""
	if path == "" {
		return nil
	}
	raw, err := c.readSecret("notify-secret-file", path, "a secret")
	if err != nil {
		return err
	}
	secret := strings.TrimSpace(raw)
	if secret == "" {
		return errors.New("names an empty file: write the secret into it, on one line")
	}
	c.Notify.Secret = Secret(secret)
	return nil
}

// readSecret returns the text of a small file and warns when other users of the machine can read it.
func (c *Config) readSecret(name, path, what string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("names a file that cannot be read (%s; its name is not repeated, in case it is %s itself): write the path of a file that holds %s", reason(err), what, what)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("names a file that cannot be read (%s): write the path of a file that holds %s", reason(err), what)
	}
	if info.IsDir() {
		return "", fmt.Errorf("names a folder: write the path of a file that holds %s", what)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", fmt.Errorf("names a file that cannot be read (%s): write the path of a file that holds %s", reason(err), what)
	}
	if len(raw) > maxSecret {
		return "", fmt.Errorf("names a file of more than %d bytes: write the path of a file that holds %s and nothing else", maxSecret, what)
	}
	c.readable[name] = true
	if info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		c.warn("%s names a file that other users of this machine can read: chmod 600 %s", c.sayName(name), path)
	}
	return strings.TrimPrefix(string(raw), "\ufeff"), nil
}
