package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/faultline-investigation/faultline/pkg/incident"
	"github.com/faultline-investigation/faultline/pkg/verdict"
)

const module = "github.com/faultline-investigation/faultline"

// words lists the values that a string type of the case document can have. Types missing here become plain strings.
func words() map[reflect.Type][]any {
	return map[reflect.Type][]any{
		reflect.TypeFor[incident.Phase]():      anys(incident.Phases()...),
		reflect.TypeFor[incident.Outcome]():    anys(incident.Found, incident.Clear, incident.NotChecked),
		reflect.TypeFor[incident.Severity]():   anys(incident.Info, incident.Normal, incident.Warning, incident.Critical),
		reflect.TypeFor[incident.Sighting]():   anys(incident.Seen, incident.NotSeen, incident.NotKnown),
		reflect.TypeFor[incident.Level]():      anys(incident.Likely, incident.Possible, incident.NoClearCause),
		reflect.TypeFor[incident.CauseKind]():  anys(causeKinds()...),
		reflect.TypeFor[incident.Health]():     anys(incident.Healthy, incident.Degraded, incident.Failing, incident.Unknown, incident.Uncompared),
		reflect.TypeFor[incident.CaseState]():  anys(incident.CaseStates()...),
		reflect.TypeFor[incident.EntryKind]():  anys(incident.EntryKinds()...),
		reflect.TypeFor[incident.MomentForm](): anys(incident.MomentForms()...),
		reflect.TypeFor[incident.WatchStage](): anys(incident.WatchStages()...),
		reflect.TypeFor[incident.CaseEventType](): anys(incident.CaseIs, incident.CaseEntry, incident.CaseHere, incident.CaseWatch,
			incident.CaseAlive, incident.CaseGone),
		reflect.TypeFor[incident.Unit](): anys(incident.Ratio, incident.Seconds, incident.PerSecond, incident.Count,
			incident.Bytes, incident.UnixTime),
	}
}

// causeKinds are those of the declared causes.
func causeKinds() []incident.CauseKind {
	kinds := []incident.CauseKind{}
	for _, k := range verdict.Causes() {
		kinds = append(kinds, k.Kind)
	}
	return kinds
}

func anys[T ~string](values ...T) []any {
	all := make([]any, 0, len(values))
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}

// messages holds one of everything that the page and the backend say to each other beside an investigation's stream.
type messages struct {
	Saved    incident.SavedCase        `json:"saved"`
	List     incident.CaseList         `json:"list"`
	Before   incident.CasesBefore      `json:"before"`
	Practice incident.PracticeCase     `json:"practice"`
	Answered incident.PracticeAnswer   `json:"answered"`
	Score    incident.ScoreSheet       `json:"score"`
	New      incident.NewCase          `json:"new"`
	Opened   incident.OpenedCase       `json:"opened"`
	Entry    incident.NewEntry         `json:"entry"`
	Taken    incident.TakenEntry       `json:"taken"`
	Event    incident.CaseEvent        `json:"event"`
	Names    incident.ConventionReport `json:"names"`
}

// schemaDocument is a schema that is kept in docs/.
type schemaDocument struct {
	file  string // below the root of the repository
	title string
	root  reflect.Type
}

func documents() []schemaDocument {
	return []schemaDocument{
		{"docs/case.schema.json", "Case", reflect.TypeFor[incident.Case]()},
		{"docs/saved-case.schema.json", "SavedCase", reflect.TypeFor[incident.SavedCase]()},
		{"docs/cases-api.schema.json", "CaseMessages", reflect.TypeFor[messages]()},
	}
}

// schemaOf is the JSON Schema of a document, indented, with the Go comments found below root as descriptions.
func schemaOf(root string, d schemaDocument) ([]byte, error) {
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
	schema := r.ReflectFromType(d.root)
	schema.Title = d.title
	for t, values := range words {
		if !mentions(d.root, t, map[reflect.Type]bool{}) {
			continue
		}
		schema.Definitions[t.Name()] = &jsonschema.Schema{Type: "string", Enum: values, Description: r.CommentMap[fullName(t)]}
	}
	matchEncoding(schema.Definitions, d.root, map[reflect.Type]bool{})
	document, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the schema: %w", err)
	}
	return append(document, '\n'), nil
}

// mentions says whether a type is part of another.
func mentions(whole, part reflect.Type, seen map[reflect.Type]bool) bool {
	for whole.Kind() == reflect.Pointer || whole.Kind() == reflect.Slice || whole.Kind() == reflect.Map || whole.Kind() == reflect.Array {
		whole = whole.Elem()
	}
	if whole == part {
		return true
	}
	if whole.Kind() != reflect.Struct || seen[whole] {
		return false
	}
	seen[whole] = true
	for field := range whole.Fields() {
		if field.Tag.Get("json") != "-" && mentions(field.Type, part, seen) {
			return true
		}
	}
	return false
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
	if t.Kind() != reflect.Struct || seen[t] || (t.PkgPath() != module+"/pkg/incident" && t != reflect.TypeFor[messages]()) {
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
