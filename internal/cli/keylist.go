package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lintu/internal/config"
	"lintu/internal/term"
	"lintu/internal/who"
	"lintu/kg"
)

func (p Program) listKeysCommand() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the API keys 列出接口密钥",
		Long:    "Lists the keys of the file of keys, those that have ended too, in the order in which they were made. None is shown itself: nobody has it but its holder." + exitCodes,
		Example: "  lintu key list --keys-file data/keys.json\n  lintu key list --keys-file data/keys.json --json",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON, in full")
	config.AddFlags(cmd.Flags(), "keys-file", "time-zone")
	cmd.RunE = command(func(cmd *cobra.Command) error { return p.listKeys(cmd, asJSON) })
	return cmd
}

// listedKey is a key as it is listed: without its hash, with what it is good for now.
type listedKey struct {
	*who.Key
	State string `json:"state"`
	// SHA256 is always empty: it stands before the key's own.
	SHA256 string `json:"sha256,omitempty"`
}

func (p Program) listKeys(cmd *cobra.Command, asJSON bool) error {
	cfg, err := p.keySettings(cmd)
	if err != nil {
		return err
	}
	keys, err := who.ReadKeys(cfg.KeysFile)
	if err != nil {
		return err
	}
	now := time.Now()
	listed := make([]listedKey, len(keys))
	for i := range keys {
		listed[i] = listedKey{Key: &keys[i], State: keys[i].State(now)}
	}
	if asJSON {
		e := json.NewEncoder(p.Stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(listed)
	}
	rows := make([][]string, len(listed))
	for i, k := range listed {
		rows[i] = k.row(cfg.Zone)
	}
	return term.Table(p.Stdout, []string{"id", "state", "roles", "areas", "person", "made", "expires", "label"}, rows)
}

// row is a key as a row of the table: dates are of the site, and of many areas the first is named.
func (k *listedKey) row(zone *time.Location) []string {
	roles := make([]string, len(k.Roles))
	for i, r := range k.Roles {
		roles[i] = string(r)
	}
	areas := "-"
	switch n := len(k.Areas); {
	case k.AllAreas:
		areas = "all"
	case n == 1:
		areas = string(k.Areas[0])
	case n > 1:
		areas = fmt.Sprintf("%s and %d more", k.Areas[0], n-1)
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.In(zone).Format("2006-01-02 15:04")
	}
	return []string{k.ID, k.State, strings.Join(roles, ","), areas, orDash(string(k.Person)), day(k.Made), day(k.Expires), orDash(k.Label)}
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (p Program) revokeKeyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "Revoke an API key 吊销接口密钥",
		Long: `Revokes a key, by its id: the part between lintu_ and the next _. A server that runs refuses it within a second or two, and ends
the sockets and streams that were opened with it. The key stays in the file, since records of what was done name it.` + exitCodes,
		Example: "  lintu key revoke 5kq2mtx7aa --keys-file data/keys.json",
		Args:    cobra.ExactArgs(1),
	}
	config.AddFlags(cmd.Flags(), "keys-file")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return command(func(cmd *cobra.Command) error { return p.revokeKey(cmd, args[0]) })(cmd, args)
	}
	return cmd
}

func (p Program) revokeKey(cmd *cobra.Command, id string) error {
	cfg, err := p.keySettings(cmd)
	if err != nil {
		return err
	}
	done := "is revoked"
	err = who.ChangeKeys(cmd.Context(), cfg.KeysFile, func(keys []who.Key) ([]who.Key, error) {
		for i := range keys {
			switch k := &keys[i]; {
			case k.ID != id:
			case !k.Revoked.IsZero():
				done = "was revoked before"
				return keys, nil
			default:
				k.Revoked = time.Now().UTC().Truncate(time.Second)
				return keys, nil
			}
		}
		// What was typed is not repeated: it may be the key itself.
		return nil, kg.Invalid("ID", "the file has no key of this id", "an id as lintu key list shows it, without lintu_ and the secret")
	})
	if err != nil {
		return usage(err)
	}
	_, err = fmt.Fprintf(p.Stdout, "Key %s %s.\n", id, done)
	return err
}
