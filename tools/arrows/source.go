package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

const module = "github.com/faultline-investigation/faultline/pkg/"

// goFolders is which folders of pkg/ import which; folders below belong to the one above.
func goFolders(root string) (graph, error) {
	g := graph{}
	err := filesOf(root+"/pkg", []string{".go"}, func(name string) error {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(path.Dir(name), "test") {
			return nil
		}
		from, _, below := strings.Cut(name, "/")
		if !below {
			return nil // the wiring
		}
		file, err := parser.ParseFile(token.NewFileSet(), root+"/pkg/"+name, nil, parser.ImportsOnly)
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		g.add(from, from)
		for _, i := range file.Imports {
			if to, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), module); ours {
				folder, _, _ := strings.Cut(to, "/")
				g.add(from, folder)
			}
		}
		return nil
	})
	return g, err
}

// goFiles is which files of a Go package use what others declare. Methods are left out: they belong to their type.
func goFiles(dir string) (graph, error) {
	files := token.NewFileSet()
	parsed := map[string]*ast.File{}
	err := filesOf(dir, []string{".go"}, func(name string) error {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/") {
			return nil
		}
		file, err := parser.ParseFile(files, dir+"/"+name, nil, 0)
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		parsed[name] = file
		return nil
	})
	if err != nil {
		return nil, err
	}
	declared := map[string]string{}
	for name, file := range parsed {
		for declaration := range file.Scope.Objects {
			declared[declaration] = name
		}
	}
	g := graph{}
	for name, file := range parsed {
		g.add(name, name)
		for _, used := range file.Unresolved {
			if to, ours := declared[used.Name]; ours {
				g.add(name, to)
			}
		}
	}
	return g, nil
}

var importOf = regexp.MustCompile(`(?m)(?:^import|^export|^\} )[^;'"]*from '(\.[^']*)'|\bimport\(\s*(?:/\*[^*]*\*/\s*)?'(\.[^']*)'`)

// pageFiles is which files of src/ import which, types among them; tests are left out. Imports that wait until they are needed
// are no arrows of the files themselves: they are there so that something is not loaded.
func pageFiles(root string) (graph, error) {
	g := graph{}
	src := root + "/src"
	err := filesOf(src, []string{".ts", ".tsx"}, func(name string) error {
		if strings.Contains(name, ".test.") {
			return nil
		}
		content, err := os.ReadFile(src + "/" + name)
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		g.add(name, name)
		for _, found := range importOf.FindAllStringSubmatch(string(content), -1) {
			if found[1] == "" {
				continue
			}
			for _, ending := range []string{"", ".ts", ".tsx", "/index.ts"} {
				to := path.Join(path.Dir(name), found[1]) + ending
				if info, err := os.Stat(src + "/" + to); err == nil && !info.IsDir() {
					g.add(name, to)
				}
			}
		}
		return nil
	})
	return g, err
}

// pageFolders is which folders of src/ import which.
func pageFolders(root string) (graph, error) {
	files, err := pageFiles(root)
	g := graph{}
	for from, all := range files {
		for _, to := range all {
			a, _, deepA := strings.Cut(from, "/")
			b, _, deepB := strings.Cut(to, "/")
			if deepA && deepB {
				g.add(a, b)
			}
		}
	}
	return g, err
}

// filesOf calls for every file below a folder that has one of the endings, by its path below it.
func filesOf(dir string, endings []string, each func(name string) error) error {
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		for _, ending := range endings {
			if strings.HasSuffix(file, ending) {
				name, err := filepath.Rel(dir, file)
				if err != nil {
					return err
				}
				return each(filepath.ToSlash(name))
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("walking through %s: %w", dir, err)
	}
	return nil
}
