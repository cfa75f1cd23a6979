package docs

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"lintu/internal/config"
)

var update = flag.Bool("update", false, "write the generated tables anew")

// root is the project, seen from the folder that its tests run in.
const root = ".."

// readmes are the front page in its two languages.
var readmes = []string{"README.md", "README.zh-CN.md"}

// pages are the project's Markdown files, by their path from the root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != root && (name == "node_modules" || name == "testdata" || name == "data" || strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		found[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(slices.Clone(readmes), "CHANGELOG.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md") {
		if found[name] == "" {
			t.Fatalf("%s is missing or empty", name)
		}
	}
	return found
}

// fence is a code block, with its language.
var fence = regexp.MustCompile("(?ms)^```(\\w*)[^\\n]*\\n(.*?)^```$")

// code is a line of code inside a text.
var code = regexp.MustCompile("`[^`\n]*`")

// link is a link or a picture of Markdown, or the source of an HTML picture.
var link = regexp.MustCompile(`\]\(([^)\s]+)(?:\s+"[^"]*")?\)|(?:src|srcset|href)="([^"]+)"`)

func TestEveryRelativeLinkLeadsSomewhere(t *testing.T) {
	all := pages(t)
	for name, text := range all {
		text = code.ReplaceAllString(fence.ReplaceAllString(text, ""), "")
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			target := m[1] + m[2]
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			file, anchor, _ := strings.Cut(target, "#")
			to := name
			if file != "" {
				to = filepath.ToSlash(filepath.Join(filepath.Dir(name), file))
			}
			if _, err := os.Stat(filepath.Join(root, to)); err != nil {
				t.Errorf("%s: the link %s leads nowhere", name, target)
			} else if anchor != "" && !slices.Contains(anchors(all[to]), anchor) {
				t.Errorf("%s: %s has no heading for the link %s", name, to, target)
			}
		}
	}
}

var heading = regexp.MustCompile(`(?m)^#{1,6} +(.+)$`)

// anchors are the names of a page's headings, as GitHub and Gitea make them.
func anchors(text string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		out = append(out, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(m[1])))
	}
	return out
}

// row is the first cells of a table's row: code in the first, anything in the others.
var row = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|([^|]*)\\|")

// rows are the rows of the table under a heading: the code in the first cell, and the second cell.
func rows(t *testing.T, page, text, title string) [][2]string {
	t.Helper()
	_, after, ok := strings.Cut(text, "\n## "+title+"\n")
	if !ok {
		t.Fatalf("%s has no heading %q", page, title)
	}
	section, _, _ := strings.Cut(after, "\n## ")
	var out [][2]string
	for _, m := range row.FindAllStringSubmatch(section, -1) {
		out = append(out, [2]string{m[1], strings.Trim(m[2], " `")})
	}
	if len(out) == 0 {
		t.Fatalf("%s has no table under %q", page, title)
	}
	return out
}

func TestTheTableOfSettingsHasTheNamesAndDefaultsOfTheProgram(t *testing.T) {
	defaults, err := config.Load(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	if err := defaults.Print(&printed); err != nil {
		t.Fatal(err)
	}
	var want [][2]string
	for _, line := range strings.Split(printed.String(), "\n") {
		if f := strings.Fields(line); len(f) == 3 && slices.Contains(config.Names(), f[0]) {
			want = append(want, [2]string{f[0], f[1]})
		}
	}
	if len(want) != len(config.Names()) {
		t.Fatalf("%d settings are printed, there are %d", len(want), len(config.Names()))
	}
	all := pages(t)
	for page, title := range map[string]string{"README.md": "Settings", "README.zh-CN.md": "设置"} {
		if got := rows(t, page, all[page], title); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", page, got, want)
		}
	}
}

func TestTheTableOfLimitsHasTheNamesAndDefaultsOfTheProgram(t *testing.T) {
	var want [][2]string
	for _, l := range config.LimitList() {
		want = append(want, [2]string{l.Name, strconv.Itoa(l.Default)})
	}
	if got := rows(t, "docs/operations.md", pages(t)["docs/operations.md"], "Limits"); !slices.Equal(got, want) {
		t.Errorf("\n got %v\nwant %v", got, want)
	}
}

func TestEveryFolderOfTheMapExistsAndEveryFolderIsOnTheMap(t *testing.T) {
	all := pages(t)
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for page, title := range map[string]string{"README.md": "Map of the folders", "README.zh-CN.md": "目录"} {
		listed := map[string]bool{}
		for _, r := range rows(t, page, all[page], title) {
			listed[strings.Split(r[0], "/")[0]] = true
			if _, err := os.Stat(filepath.Join(root, r[0])); err != nil {
				t.Errorf("%s: there is no %s", page, r[0])
			}
		}
		for _, e := range entries {
			if made := e.Name() == "data" || e.Name() == "node_modules"; e.IsDir() && !made && e.Name()[0] != '.' && !listed[e.Name()] {
				t.Errorf("%s: %s is not on the map", page, e.Name())
			}
		}
	}
}

func TestBothFrontPagesGiveTheTwoCommands(t *testing.T) {
	all := pages(t)
	for _, page := range readmes {
		var blocks strings.Builder
		for _, m := range fence.FindAllStringSubmatch(all[page], -1) {
			if m[1] == "sh" {
				blocks.WriteString(m[2])
			}
		}
		for _, command := range []string{"go run . demo", "make test"} {
			if !slices.ContainsFunc(strings.Split(blocks.String(), "\n"), func(line string) bool { return strings.HasPrefix(line, command) }) {
				t.Errorf("%s does not give the command %q", page, command)
			}
		}
		if !strings.Contains(all[page], "http://127.0.0.1:8080/playground") {
			t.Errorf("%s does not give the address of the playground", page)
		}
	}
}

// The two front pages are one text in two languages: they ask the same questions and show the same answers.
func TestBothFrontPagesAskTheSameQuestions(t *testing.T) {
	all := pages(t)
	var asked [2][]string
	for i, page := range readmes {
		for _, m := range fence.FindAllStringSubmatch(all[page], -1) {
			if m[1] == "graphql" || m[1] == "json" {
				asked[i] = append(asked[i], m[2])
			}
		}
	}
	if len(asked[0]) == 0 || !slices.Equal(asked[0], asked[1]) {
		t.Errorf("%d blocks in English, %d in Chinese, and they differ or there are none", len(asked[0]), len(asked[1]))
	}
}
