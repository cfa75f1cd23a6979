package trail

import (
	"fmt"
	"os"
	"path/filepath"
)

// Size is how many bytes a folder's files hold.
func Size(dir string) (total int64, err error) {
	all, err := names(dir)
	if err != nil {
		return 0, err
	}
	for _, name := range all {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return 0, fmt.Errorf("trail: %w", err)
		}
		total += info.Size()
	}
	return total, nil
}
