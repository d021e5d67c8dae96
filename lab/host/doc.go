// Package host serves the plugin's front end as Grafana does, in a page made of Grafana's own packages, over the real
// backend. It is a place to look at the plugin and to test it in a browser, and no replacement for Grafana: there are no
// users, no permissions and no other plugins.
package host
