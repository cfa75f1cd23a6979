package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// modulePath is the name of our module: the first part of the import paths that are ours.
const modulePath = "lintu"

// tree is the project's sources: the Go packages by folder ("." is the root), and the names of all other files.
type tree struct {
	fset     *token.FileSet
	packages []*pkg // in order of their folders
	others   map[string]string
}

// pkg is what stands in one folder, test files included, whatever their build constraints.
type pkg struct {
	dir   string // "store/sqlite"; "." for the root
	files []*file
}

// file is one Go file. Of a generated file only the head is parsed: its comments, package clause and imports.
type file struct {
	name      string // the path from the root, with slashes
	lines     int
	test      bool // _test.go
	generated bool // has the line that tools know generated files by
	ast       *ast.File
}

// load reads every folder of the module at the root of fsys. Folders that the go command passes over (testdata, those
// that begin with a dot or an underscore), modules of their own and node_modules are not part of the project.
func load(fsys fs.FS) (*tree, error) {
	t := &tree{fset: token.NewFileSet(), others: map[string]string{}}
	byDir := map[string]*pkg{}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return descend(fsys, name)
		}
		if !strings.HasSuffix(name, ".go") {
			return t.addOther(fsys, name)
		}
		f, err := t.parse(fsys, name)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = &pkg{dir: dir}
			t.packages = append(t.packages, byDir[dir])
		}
		byDir[dir].files = append(byDir[dir].files, f)
		return nil
	})
	slices.SortFunc(t.packages, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return t, err
}

func descend(fsys fs.FS, dir string) error {
	base := path.Base(dir)
	if dir == "." {
		return nil
	}
	if base == "testdata" || base == "node_modules" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return fs.SkipDir
	}
	if _, err := fs.Stat(fsys, path.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

// addOther keeps the text of the few kinds of files that rules read; of the rest only the name.
func (t *tree) addOther(fsys fs.FS, name string) error {
	if !strings.HasSuffix(name, ".graphqls") && path.Base(name) != ".gitattributes" {
		t.others[name] = ""
		return nil
	}
	text, err := fs.ReadFile(fsys, name)
	t.others[name] = string(text)
	return err
}

func (t *tree) parse(fsys fs.FS, name string) (*file, error) {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	head, err := parser.ParseFile(t.fset, name, text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	f := &file{
		name:      name,
		lines:     strings.Count(string(text), "\n"),
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(head),
		ast:       head,
	}
	if f.generated {
		return f, nil
	}
	if f.ast, err = parser.ParseFile(t.fset, name, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return f, nil
}

// imports are the import paths of the file.
func (f *file) imports() []string {
	var paths []string
	for _, spec := range f.ast.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// written calls visit for every file that a person wrote.
func (t *tree) written(visit func(p *pkg, f *file)) {
	for _, p := range t.packages {
		for _, f := range p.files {
			if !f.generated {
				visit(p, f)
			}
		}
	}
}

// at is where a node stands, as an editor understands it.
func (t *tree) at(n ast.Node) string {
	where := t.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", where.Filename, where.Line)
}

// inside says whether a folder or file is one of the given ones or below them.
func inside(name string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return name == folder || strings.HasPrefix(name, folder+"/")
	})
}
