package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lintu/doorbell"
	"lintu/internal/config"
	"lintu/kg"
	"lintu/store"
)

func (p Program) keyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make, list and revoke keys 密钥管理",
		Long: `Makes keys for those who call the server: API keys for people and programs, with roles and areas, in the file that the setting
keys-file names; and keys of doorbells, in the store. A key is shown once: what is kept is its hash only.`,
		Args: cobra.NoArgs,
		RunE: command(func(cmd *cobra.Command) error {
			return badUsage("key: say what to do: lintu key make, list, revoke ID, or device DOORBELL")
		}),
	}
	cmd.AddCommand(p.makeKeyCommand(), p.listKeysCommand(), p.revokeKeyCommand(), p.deviceKeyCommand())
	return cmd
}

func (p Program) deviceKeyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "device DOORBELL",
		Short: "Give a doorbell a new key 生成门铃密钥",
		Long: `Gives a doorbell a new key, which its device shows at /v1/ring, and prints it: this once, since the store keeps its
hash only. The key that the doorbell had before is void at once. DOORBELL is an id or the serial number of the device.` + exitCodes,
		Example: `  lintu key device SN-1 --store sqlite:data/town.db
  lintu key device doorbell_44nlfqc25kcrpf6atpwakopm --store neo4j://127.0.0.1:7687 --store-user neo4j --store-password-file password`,
		Args: cobra.ExactArgs(1),
	}
	config.AddFlags(cmd.Flags(), fileSettings...)
	config.SetDefault(cmd.Flags(), "log-level", "warn")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return command(func(cmd *cobra.Command) error { return p.deviceKey(cmd, args[0]) })(cmd, args)
	}
	return cmd
}

func (p Program) deviceKey(cmd *cobra.Command, named string) error {
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	st, err := p.openThere(ctx, cfg, "make a key in", false)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	id, err := findDoorbell(ctx, st, named)
	if err != nil {
		return usage(err)
	}
	bell, err := doorbell.New(doorbell.Options{Store: st, Clock: machineClock{time.Now(), nil}, Zone: cfg.Zone})
	if err != nil {
		return err
	}
	key, err := bell.MakeKey(ctx, id)
	if err != nil {
		return usage(err)
	}
	_, err = fmt.Fprintln(p.Stdout, key)
	return err
}

// findDoorbell is the doorbell that the command line names by its id or its serial number.
func findDoorbell(ctx context.Context, st store.Store, named string) (kg.ID, error) {
	if id, err := kg.ParseID("DOORBELL", named); err == nil {
		return id, nil
	}
	page, err := st.List(ctx, store.Everything, store.ListQuery{
		Kind: kg.KindDoorbell, Filter: kg.Compare{Field: "serial", Op: kg.EQ, Value: named}, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 2},
	})
	if err != nil {
		return "", err
	}
	switch len(page.Edges) {
	case 0:
		return "", fmt.Errorf("DOORBELL: none has the id or the serial number %q: %w", named, kg.ErrNotFound)
	case 1:
		return page.Edges[0].Position.ID, nil
	}
	return "", kg.Invalid("DOORBELL", fmt.Sprintf("several have the serial number %q", named), "the id of one of them")
}
