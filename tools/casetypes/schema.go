package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/faultline-investigation/faultline/pkg/incident"
)

const module = "github.com/faultline-investigation/faultline"

// words lists the values that a string type of the case document can have. Types missing here become plain strings.
func words() map[reflect.Type][]any {
	return map[reflect.Type][]any{
		reflect.TypeFor[incident.Phase]():    anys(incident.Phases()...),
		reflect.TypeFor[incident.Outcome]():  anys(incident.Found, incident.Clear, incident.NotChecked),
		reflect.TypeFor[incident.Severity](): anys(incident.Info, incident.Normal, incident.Warning, incident.Critical),
		reflect.TypeFor[incident.Level]():    anys(incident.Likely, incident.Possible, incident.NoClearCause),
		reflect.TypeFor[incident.Health]():   anys(incident.Healthy, incident.Degraded, incident.Failing, incident.Unknown),
		reflect.TypeFor[incident.Unit](): anys(incident.Ratio, incident.Seconds, incident.PerSecond, incident.Count,
			incident.Bytes, incident.UnixTime),
	}
}

func anys[T ~string](values ...T) []any {
	all := make([]any, 0, len(values))
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}

// caseSchema is the JSON Schema of incident.Case, indented, with the Go comments found below root as descriptions.
func caseSchema(root string) ([]byte, error) {
	words := words()
	r := &jsonschema.Reflector{
		Anonymous:                 true,
		AllowAdditionalProperties: true, // a newer backend may say more than this page knows
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			if _, ok := words[t]; ok {
				return &jsonschema.Schema{Ref: "#/$defs/" + t.Name()}
			}
			return nil
		},
	}
	if err := addComments(r, root); err != nil {
		return nil, err
	}
	schema := r.Reflect(incident.Case{})
	schema.Title = "Case"
	// What is answered beside the case: pages need its types too.
	for name, definition := range r.Reflect(incident.ConventionReport{}).Definitions {
		schema.Definitions[name] = definition
	}
	for t, values := range words {
		schema.Definitions[t.Name()] = &jsonschema.Schema{Type: "string", Enum: values, Description: r.CommentMap[fullName(t)]}
	}
	seen := map[reflect.Type]bool{}
	matchEncoding(schema.Definitions, reflect.TypeFor[incident.Case](), seen)
	matchEncoding(schema.Definitions, reflect.TypeFor[incident.ConventionReport](), seen)
	document, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the schema: %w", err)
	}
	return append(document, '\n'), nil
}

// addComments reads the comments of package incident. The library names a package by the path it was found at; its keys
// are rewritten to import paths, so that root can be anywhere.
func addComments(r *jsonschema.Reflector, root string) error {
	dir := root + "/pkg/incident"
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("run this from the root of the repository: %w", err)
	}
	if err := r.AddGoComments("walked", dir, jsonschema.WithFullComment()); err != nil {
		return fmt.Errorf("reading the comments of package incident: %w", err)
	}
	named := make(map[string]string, len(r.CommentMap))
	for key, text := range r.CommentMap {
		if at := strings.LastIndex(key, "/"); at >= 0 {
			named[module+"/pkg/"+key[at+1:]] = strings.Join(strings.Fields(text), " ")
		}
	}
	r.CommentMap = named
	return nil
}

func fullName(t reflect.Type) string { return t.PkgPath() + "." + t.Name() }

// matchEncoding corrects the schema where encoding/json does something the reflector does not know: a nil pointer
// without omitempty is null, and a field with omitzero may be missing.
func matchEncoding(defs jsonschema.Definitions, t reflect.Type, seen map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] || t.PkgPath() != module+"/pkg/incident" {
		return
	}
	seen[t] = true
	def := defs[t.Name()]
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if def != nil && name != "" && name != "-" {
			correct(def, field, name, options)
			separateDescription(def, name)
		}
		matchEncoding(defs, field.Type, seen)
	}
}

// separateDescription keeps a reference free of siblings: beside one, a description makes tools copy the whole type.
func separateDescription(def *jsonschema.Schema, name string) {
	property, ok := def.Properties.Get(name)
	if !ok || property.Ref == "" || property.Description == "" {
		return
	}
	def.Properties.Set(name, &jsonschema.Schema{
		Description: property.Description,
		AllOf:       []*jsonschema.Schema{{Ref: property.Ref}},
	})
}

// correct applies to one property what its tag says and the reflector does not know.
func correct(def *jsonschema.Schema, field reflect.StructField, name, options string) {
	if strings.Contains(options, "omitzero") {
		kept := def.Required[:0]
		for _, required := range def.Required {
			if required != name {
				kept = append(kept, required)
			}
		}
		def.Required = kept
	}
	if field.Type.Kind() != reflect.Pointer || strings.Contains(options, "omit") {
		return
	}
	property, ok := def.Properties.Get(name)
	if !ok {
		return
	}
	description := property.Description
	property.Description = ""
	def.Properties.Set(name, &jsonschema.Schema{
		Description: description,
		OneOf:       []*jsonschema.Schema{property, {Type: "null"}},
	})
}
