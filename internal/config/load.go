package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// source is where a value came from.
type source int

const (
	fromDefault source = iota
	fromFile
	fromEnv
	fromFlag
)

type value struct {
	text string
	from source
}

// limitsName is the setting that the file may write as a block.
const limitsName = "limits"

// Load gathers the settings: flags that were given over environ ("NAME=value", as os.Environ
// returns it) over the file over the defaults. Flags may be nil, or hold only some of the settings.
// The error is about the settings file alone, when it cannot be read or is not YAML; whatever else
// is wrong is told by Validate.
func Load(flags *pflag.FlagSet, environ []string) (*Config, error) {
	c := &Config{values: make(map[string]value, len(table)), readable: map[string]bool{}}
	env := c.readEnviron(environ)
	c.file = env[configName]
	delete(env, configName)
	typed := givenFlags(flags)
	if file, ok := typed[configName]; ok {
		c.file = file
		delete(typed, configName)
	}
	fromDisk, err := c.readFile()
	if err != nil {
		return nil, err
	}

	merged := koanf.New(".")
	for from, layer := range []layer{defaults(flags), fromDisk, env, typed} {
		if err := merged.Load(layer, nil); err != nil {
			return nil, fmt.Errorf("config: merge settings: %w", err)
		}
		for name := range layer {
			c.values[name] = value{text: merged.String(name), from: source(from)}
		}
	}
	c.Warnings = slices.Clone(c.hints)
	return c, nil
}

// layer is one source of settings in the shape that koanf merges.
type layer map[string]string

// Read returns the layer's values.
func (l layer) Read() (map[string]any, error) {
	out := make(map[string]any, len(l))
	for k, v := range l {
		out[k] = v
	}
	return out, nil
}

// ReadBytes is not offered: a layer has no text form.
func (l layer) ReadBytes() ([]byte, error) { return nil, errors.ErrUnsupported }

// defaults come from the flags where there are any, because a command may have changed them by SetDefault.
func defaults(flags *pflag.FlagSet) layer {
	out := layer{}
	for _, s := range table {
		out[s.name] = s.fallback
		if flags == nil {
			continue
		}
		if f := flags.Lookup(s.name); f != nil {
			out[s.name] = f.DefValue
		}
	}
	return out
}

// SetDefault changes the default of a flag that AddFlags added, for the command that owns flags.
func SetDefault(flags *pflag.FlagSet, name, text string) {
	f := flags.Lookup(name)
	if f == nil {
		panic("config: no flag is called " + name)
	}
	f.DefValue = text
	_ = f.Value.Set(text) // takes any text
}

func givenFlags(flags *pflag.FlagSet) layer {
	out := layer{}
	if flags == nil {
		return out
	}
	flags.Visit(func(f *pflag.Flag) {
		if _, known := lookUp(f.Name); known || f.Name == configName {
			out[f.Name] = f.Value.String()
		}
	})
	return out
}

// readEnviron takes the known variables. An unknown one is only hinted at, and only when it looks
// like a slip: platforms add variables of their own with the same prefix (LINTU_PORT, LINTU_SERVICE_HOST).
func (c *Config) readEnviron(environ []string) layer {
	out := layer{}
	for _, pair := range environ {
		name, text, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, EnvPrefix) || text == "" {
			continue
		}
		key := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, EnvPrefix), "_", "-"))
		if _, known := lookUp(key); (known || key == configName) && name == EnvName(key) {
			out[key] = text
			continue
		}
		if near, distance := nearest(key); distance <= 2 {
			c.hints = append(c.hints, fmt.Sprintf("%s is not a setting and was ignored: did you mean %s?", name, EnvName(near)))
		}
	}
	slices.Sort(c.hints)
	return out
}

// readFile reads the settings file, if one is named. A key that is no setting is a problem, so that
// a slip of the pen cannot leave a door open.
func (c *Config) readFile() (layer, error) {
	out := layer{}
	if c.file == "" {
		return out, nil
	}
	if ext := strings.ToLower(filepath.Ext(c.file)); ext == ".toml" || ext == ".ini" {
		return nil, fmt.Errorf("the settings file %s is not YAML: write a .yaml file with lines as \"addr: 127.0.0.1:8080\"", c.file)
	}
	raw, err := os.ReadFile(c.file)
	if err != nil {
		return nil, fmt.Errorf("the settings file %s cannot be read (%s): name one that exists with --config, or leave --config and %s out", c.file, reason(err), EnvName(configName))
	}
	parsed := koanf.New("\x00") // a dot in a key stays a dot, so that it is refused as the key it is
	if err := parsed.Load(rawBytes(raw), yaml.Parser()); err != nil {
		return nil, fmt.Errorf("the settings file %s is not YAML%s: write one setting a line, as \"addr: 127.0.0.1:8080\"", c.file, lineOf(err))
	}
	contents := parsed.Raw()
	keys := make([]string, 0, len(contents))
	for key := range contents {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if problem := c.takeKey(out, key, contents[key]); problem != "" {
			c.early = append(c.early, problem)
		}
	}
	return out, nil
}

func (c *Config) takeKey(out layer, key string, v any) (problem string) {
	if _, known := lookUp(key); !known {
		if near, distance := nearest(key); distance <= max(3, len(near)/3) {
			return fmt.Sprintf("%q in %s is not a setting: write %s", key, c.file, near)
		}
		return fmt.Sprintf("%q in %s is not a setting: write one of %s", key, c.file, strings.Join(Names(), ", "))
	}
	read := flat
	if key == limitsName {
		read = flatLimits
	}
	text, ok := read(v)
	if !ok {
		return fmt.Sprintf("%s in %s has no plain value: write it on one line, as \"%s: ...\", or remove the line", key, c.file, key)
	}
	out[key] = text
	return ""
}

// flat writes a YAML scalar, or a list of them, as a person would type it on the command line.
func flat(v any) (string, bool) {
	switch v := v.(type) {
	case nil, map[string]any, map[any]any:
		return "", false
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			text, ok := flat(item)
			if _, nested := item.([]any); nested || !ok {
				return "", false
			}
			items[i] = text
		}
		return strings.Join(items, ","), true
	default:
		return fmt.Sprint(v), true
	}
}

// rawBytes hands text to a koanf parser.
type rawBytes []byte

// ReadBytes returns the text.
func (b rawBytes) ReadBytes() ([]byte, error) { return b, nil }

// Read is not offered: the text still has to be parsed.
func (b rawBytes) Read() (map[string]any, error) { return nil, errors.ErrUnsupported }

// nearest returns the setting whose name is closest to key, and how many letters differ.
func nearest(key string) (name string, distance int) {
	key = strings.ToLower(strings.ReplaceAll(key, "_", "-"))
	distance = len(key) + 1
	for _, candidate := range append(Names(), configName) {
		d := levenshtein.ComputeDistance(key, candidate)
		if rest, ok := strings.CutPrefix(candidate, key+"-"); ok && key != "" {
			d = min(d, len(rest)/2) // store-password stands nearer to store-password-file than its letters say
		}
		if d < distance {
			name, distance = candidate, d
		}
	}
	return name, distance
}

var lineNumber = regexp.MustCompile(`line \d+`)

// lineOf keeps only the place of a parser's error: its text quotes the file, which may be a file of
// secrets named by mistake.
func lineOf(err error) string {
	if at := lineNumber.FindString(err.Error()); at != "" {
		return " (" + at + ")"
	}
	return ""
}

// reason says in plain words why a file could not be read, without repeating its name.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}
