// Package recordings reads folders of recorded incidents, loads them into real stores, and writes such folders from live
// stores. README.md says what such a folder holds.
package recordings
