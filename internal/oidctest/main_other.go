//go:build !unix

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "test-oidc: Keycloak is started on Unix only: ending it safely needs process groups")
	os.Exit(1)
}
