//go:build !linux

package sqlite

// networkDrive is known on Linux only.
func networkDrive(string) string { return "" }
