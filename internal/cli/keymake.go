package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"lintu/internal/config"
	"lintu/internal/who"
	"lintu/kg"
	"lintu/store"
	"lintu/trust"
)

// keyFlags are what the command line says of a key.
type keyFlags struct {
	roles, areas           []string
	allAreas               bool
	person, label, expires string
}

func (p Program) makeKeyCommand() *cobra.Command {
	var f keyFlags
	cmd := &cobra.Command{
		Use:   "make",
		Short: "Make an API key 生成接口密钥",
		Long: `Makes an API key with roles and the areas that its holder serves, and prints it: this once, since the file of keys holds its
hash only. A server that runs takes it within a second. Areas and person are looked up in the store where it can be opened.

` + roleLines() + exitCodes,
		Example: `  lintu key make --keys-file data/keys.json --role grid-worker --area grid_tkzh4nqxglcvnm3z5yj6tfqd --expires 90d
  lintu key make --keys-file data/keys.json --role dashboard --all-areas --label "wall screen, hall 2"
  lintu key make --keys-file data/keys.json --role responder --person person_44nlfqc25kcrpf6atpwakopm`,
		Args: cobra.NoArgs,
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&f.roles, "role", nil, "a role; may be given several times")
	flags.StringSliceVar(&f.areas, "area", nil, "the id of an area that the holder serves; may be given several times")
	flags.BoolVar(&f.allAreas, "all-areas", false, "the holder serves all areas, those of the future too")
	flags.StringVar(&f.person, "person", "", "the id of the holder's own record in the graph")
	flags.StringVar(&f.expires, "expires", "", "when the key ends: after 90d or 12h, or at the end of a day, 2027-01-31; never where it is not given")
	flags.StringVar(&f.label, "label", "", "what the key is for, to tell keys apart; not a person's name")
	config.AddFlags(flags, append([]string{"keys-file"}, fileSettings...)...)
	config.SetDefault(flags, "log-level", "warn")
	cmd.RunE = command(func(cmd *cobra.Command) error { return p.makeKey(cmd, f) })
	return cmd
}

// roleLines are the roles that keys may carry, one a line.
func roleLines() string {
	lines := "Roles:\n"
	for _, d := range trust.Roles {
		if d.Given {
			lines += fmt.Sprintf("  %-12s %s %s\n", d.Role, d.ZH, d.EN)
		}
	}
	return lines
}

func (p Program) makeKey(cmd *cobra.Command, f keyFlags) error {
	cfg, err := p.keySettings(cmd)
	if err != nil {
		return err
	}
	ctx, now := cmd.Context(), time.Now()
	k, err := f.key(now, cfg.Zone)
	if err != nil {
		return usage(err)
	}
	if err := p.checkInStore(ctx, cfg, k); err != nil {
		return usage(err)
	}
	k, text := who.NewKey(k)
	err = who.ChangeKeys(ctx, cfg.KeysFile, func(keys []who.Key) ([]who.Key, error) { return append(keys, k), nil })
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stderr, "Key %s is made. It is shown this once 密钥只显示这一次:\n", k.ID)
	_, err = fmt.Fprintln(p.Stdout, text)
	return err
}

// keySettings are the settings of a command that works on the file of keys.
func (p Program) keySettings(cmd *cobra.Command) (*config.Config, error) {
	cfg, err := p.settings(cmd)
	if err == nil && cfg.KeysFile == "" {
		err = badUsage("no file of keys is set: name it with --keys-file or %s, for the server too", config.EnvName("keys-file"))
	}
	return cfg, err
}

// key is the key that the flags describe.
func (f *keyFlags) key(now time.Time, zone *time.Location) (who.Key, error) {
	k := who.Key{Label: f.label, AllAreas: f.allAreas, Person: kg.ID(f.person), Made: now.UTC().Truncate(time.Second)}
	for _, r := range f.roles {
		role, err := trust.ParseRole("--role", r)
		if err != nil {
			return k, err
		}
		k.Roles = append(k.Roles, role)
	}
	for _, a := range f.areas {
		k.Areas = append(k.Areas, kg.ID(a))
	}
	var err error
	if k.Expires, err = readExpiry(f.expires, now, zone); err != nil {
		return k, err
	}
	if err := k.Check(); err != nil {
		var invalid *kg.InvalidError
		if errors.As(err, &invalid) {
			return k, kg.Invalid("--"+invalid.Argument, invalid.Problem, invalid.Allowed)
		}
		return k, err
	}
	return k, nil
}

var span = regexp.MustCompile(`^([0-9]{1,5})([dh])$`)

// readExpiry is the moment at which a key ends; zero where none is said.
func readExpiry(text string, now time.Time, zone *time.Location) (time.Time, error) {
	const allowed = "days as 90d, hours as 12h, or a day to come as 2027-01-31"
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, text, zone)
	if m := span.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1]) // at most five digits
		if err = nil; m[2] == "d" {
			at = now.AddDate(0, 0, n)
		} else {
			at = now.Add(time.Duration(n) * time.Hour)
		}
	} else {
		at = at.AddDate(0, 0, 1)
	}
	if err != nil || !at.After(now) {
		return time.Time{}, kg.Invalid("--expires", fmt.Sprintf("%q is no time to come", text), allowed)
	}
	return at.UTC().Truncate(time.Second), nil
}

// checkInStore refuses areas and a person that the store does not have. A store that cannot be opened is told of: a key may
// be made on another machine than that of the store.
func (p Program) checkInStore(ctx context.Context, cfg *config.Config, k who.Key) error {
	if len(k.Areas) == 0 && k.Person == "" {
		return nil
	}
	missing, err := p.missing(ctx, cfg, k)
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		fmt.Fprintf(p.Stderr, "warning: areas and person were not looked up, since the store cannot be asked: %v\n", err)
	case missing != "" && missing == k.Person:
		return kg.Invalid("--person", fmt.Sprintf("the store has no %s", missing), "the id of a person in the store")
	case missing != "":
		return kg.Invalid("--area", fmt.Sprintf("the store has no %s", missing), "ids of areas in the store")
	}
	return nil
}

// missing is the first of a key's areas, or its person, that the store does not have; "" where all are there.
func (p Program) missing(ctx context.Context, cfg *config.Config, k who.Key) (kg.ID, error) {
	st, err := p.openThere(ctx, cfg, "look ids up in", true)
	if err != nil {
		return "", err
	}
	defer func() { _ = st.Close() }()
	ids := k.Areas
	if k.Person != "" {
		ids = append(ids[:len(ids):len(ids)], k.Person)
	}
	items, err := st.Nodes(ctx, store.Everything, []store.Group{{IDs: ids}})
	if err != nil {
		return "", err
	}
	for _, id := range ids {
		if items[0][id] == nil {
			return id, nil
		}
	}
	return "", nil
}
