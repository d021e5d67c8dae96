// Package incident holds the nouns of an investigation: what is looked at, what was learned, how it is known.
//
// They are plain values without behaviour that needs a store, a clock or a screen. Everything else in the backend
// imports this package; it imports nothing of the project. A Case is also the JSON document that the page, the terminal
// and a saved investigation share, so the JSON names here are a contract.
package incident
