package convention

import "github.com/faultline-investigation/faultline/pkg/incident"

// ServiceVersion is the attribute of a resource that holds the version of its service.
const ServiceVersion = "service.version"

// Version is the version of the service that a span is of; empty where it does not tell.
func Version(s incident.Span) string {
	if version := s.Attributes[ServiceVersion]; version != "" {
		return version
	}
	return s.Resource[ServiceVersion]
}

// flagVariants are the attributes that may hold the variant of an evaluated feature flag, the current name first.
var flagVariants = []string{"feature_flag.result.variant", "feature_flag.variant"}

const flagKey = "feature_flag.key"

// IsFlagVariant says that an attribute holds the variant of a feature flag.
func IsFlagVariant(attribute string) bool {
	return attribute == flagVariants[0] || attribute == flagVariants[1]
}

// FeatureFlag is the flag that a span, or one of its events, tells the evaluation of, with its variant; empty where it tells of none.
func FeatureFlag(s incident.Span) (key, variant string) {
	all := []map[string]string{s.Attributes}
	for _, event := range s.Events {
		all = append(all, event.Attributes)
	}
	for _, attributes := range all {
		for _, name := range flagVariants {
			if attributes[flagKey] != "" && attributes[name] != "" {
				return attributes[flagKey], attributes[name]
			}
		}
	}
	return "", ""
}
