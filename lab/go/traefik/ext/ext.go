// Package ext stands in for the extension types of Traefik's dynamic
// configuration: a module of its own that is not published and adds no fields.
package ext

// HTTP adds nothing to the HTTP configuration.
type HTTP struct{}

// Router adds nothing to a router.
type Router struct{}
