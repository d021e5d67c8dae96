package main

import (
	"maps"
	"slices"
)

// graph is what each node points to, ordered.
type graph map[string][]string

// add draws an arrow, once, and none from a node to itself.
func (g graph) add(from, to string) {
	if _, known := g[from]; !known {
		g[from] = nil
	}
	if from != to && !slices.Contains(g[from], to) {
		g[from] = append(g[from], to)
		slices.Sort(g[from])
	}
}

func (g graph) nodes() []string { return slices.Sorted(maps.Keys(g)) }

// without is the graph without some nodes.
func (g graph) without(nodes ...string) graph {
	some := graph{}
	for from, all := range g {
		if slices.Contains(nodes, from) {
			continue
		}
		some[from] = slices.DeleteFunc(slices.Clone(all), func(to string) bool { return slices.Contains(nodes, to) })
	}
	return some
}

// reduced is the graph without the arrows that a longer way says already.
func (g graph) reduced() graph {
	some := graph{}
	for from, all := range g {
		some[from] = slices.DeleteFunc(slices.Clone(all), func(to string) bool {
			return slices.ContainsFunc(all, func(by string) bool { return by != to && g.reaches(by, to, map[string]bool{}) })
		})
	}
	return some
}

func (g graph) reaches(from, to string, seen map[string]bool) bool {
	if seen[from] {
		return false
	}
	seen[from] = true
	return slices.Contains(g[from], to) || slices.ContainsFunc(g[from], func(by string) bool { return g.reaches(by, to, seen) })
}

// circle is a way from a node back to itself; nil where there is none.
func (g graph) circle() []string {
	done := map[string]bool{}
	var way []string
	var walk func(node string) []string
	walk = func(node string) []string {
		if at := slices.Index(way, node); at >= 0 {
			return append(slices.Clone(way[at:]), node)
		}
		if done[node] {
			return nil
		}
		way = append(way, node)
		for _, to := range g[node] {
			if found := walk(to); found != nil {
				return found
			}
		}
		way = way[:len(way)-1]
		done[node] = true
		return nil
	}
	for _, node := range g.nodes() {
		if found := walk(node); found != nil {
			return found
		}
	}
	return nil
}
