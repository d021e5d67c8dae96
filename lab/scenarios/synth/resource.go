package synth

import (
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Attribute is one name and value of a resource, a data point, a span or a log record. The value is a string, bool, int, int64 or
// float64.
type Attribute struct {
	Key   string
	Value any
}

// Attributes are written in their order.
type Attributes []Attribute

// Get is an attribute's value, as text; empty where there is none.
func (a Attributes) Get(key string) string {
	for _, attribute := range a {
		if attribute.Key == key {
			return fmt.Sprint(attribute.Value)
		}
	}
	return ""
}

// Map makes OTLP attributes of them.
func (a Attributes) Map() pcommon.Map {
	m := pcommon.NewMap()
	a.PutInto(m)
	return m
}

// PutInto adds them to OTLP attributes.
func (a Attributes) PutInto(m pcommon.Map) {
	m.EnsureCapacity(m.Len() + len(a))
	for _, attribute := range a {
		switch value := attribute.Value.(type) {
		case string:
			m.PutStr(attribute.Key, value)
		case bool:
			m.PutBool(attribute.Key, value)
		case int:
			m.PutInt(attribute.Key, int64(value))
		case int64:
			m.PutInt(attribute.Key, value)
		case float64:
			m.PutDouble(attribute.Key, value)
		}
	}
}

// Resource is who telemetry comes from. Two resources are the same if they are the same pointer.
type Resource struct {
	attributes pcommon.Map
	verbatim   bool // its metrics are written with their names and attributes as they are
}

// NewScraped is what is no resource: its metrics have their own labels alone and are written as they are.
func NewScraped() *Resource { return &Resource{attributes: pcommon.NewMap(), verbatim: true} }

// Get is an attribute's value, as text; empty where it has none.
func (r *Resource) Get(key string) string {
	value, ok := r.attributes.Get(key)
	if !ok {
		return ""
	}
	return value.AsString()
}

// NewResource makes a resource.
func NewResource(attributes Attributes) *Resource {
	return &Resource{attributes: attributes.Map()}
}
