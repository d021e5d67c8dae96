// Package grafana runs an unpacked Grafana in the lab, and makes what provisioning files cannot: a second organization, and a
// service account's token in each. Everything else comes from the repository's provisioning folder as it is.
package grafana
