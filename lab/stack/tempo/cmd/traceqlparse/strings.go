package main

import (
	"reflect"

	"github.com/grafana/tempo/pkg/traceql"
)

var staticType = reflect.TypeFor[traceql.Static]()

// stringsOf collects the string values of a parsed query from left to right. The tree's nodes keep most of their fields to
// themselves and offer no visitor, so the walk is by reflection, which may read (not call) what is unexported.
func stringsOf(root *traceql.RootExpr) []string {
	w := walk{found: []string{}, seen: map[uintptr]bool{}}
	w.value(reflect.ValueOf(root))
	return w.found
}

type walk struct {
	found []string
	seen  map[uintptr]bool
}

func (w *walk) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || w.seen[v.Pointer()] {
			return
		}
		w.seen[v.Pointer()] = true
		w.value(v.Elem())
	case reflect.Interface:
		if !v.IsNil() {
			w.value(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			w.value(v.Index(i))
		}
	case reflect.Struct:
		w.structure(v)
	default: // a number, a name or a function: no value of the query's
	}
}

func (w *walk) structure(v reflect.Value) {
	if v.Type() == staticType {
		w.static(v)
		return
	}
	for i := range v.NumField() {
		w.value(v.Field(i))
	}
}

func (w *walk) static(v reflect.Value) {
	switch traceql.StaticType(v.FieldByName("Type").Int()) {
	case traceql.TypeString:
		w.found = append(w.found, string(v.FieldByName("valBytes").Bytes()))
	case traceql.TypeStringArray:
		list := v.FieldByName("valStrings")
		for i := range list.Len() {
			w.found = append(w.found, list.Index(i).String())
		}
	default: // not a string
	}
}
